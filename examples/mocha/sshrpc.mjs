/**
 * The sshrpc daemon for a mocha suite: started before its tests, gone after them.
 *
 *   describe("deployment", () => {
 *     const ssh = useSshrpc();
 *     it("works", async () => {
 *       const session = await ssh.connect({ host, username, password });
 *       const { output } = await ssh.request("session.exec", { session, command: "uptime" });
 *     });
 *   });
 *
 * A daemon's handles count from 1 in each suite. What a test opens is closed behind it. The daemon's
 * HOME is a fresh folder, so that no test depends on the keys and known hosts of who runs it. No
 * dependencies but mocha.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Milliseconds that the daemon may take to end; it says that it needs a second. */
const endLimit = 5000;

/**
 * Registers hooks in the suite that calls it.
 *
 * @param {{ env?: Record<string, string>, args?: string[] }} [options] for the daemon
 */
export function useSshrpc(options) {
  /** @type {Daemon} */
  let daemon;
  /** @type {number[]} */
  let sessions = [];

  before("start sshrpc", () => {
    daemon = new Daemon(options);
  });

  afterEach("close the test's sessions", async () => {
    const all = sessions;
    sessions = [];
    await Promise.all(all.map((session) => daemon.request("session.free", { session })));
  });

  after("end sshrpc", async () => daemon?.close());

  return {
    /** Logs in, until the test's end: the session's handle. Params are those of ssh.new. */
    async connect(params) {
      const { session } = await daemon.request("ssh.new", params);
      sessions.push(session);
      return session;
    },
    /** Calls a method of PROTOCOL.md. Rejects with an Error that has `code` and `data`. */
    request: (method, params) => daemon.request(method, params),
    get pid() {
      return daemon.pid;
    },
  };
}

class Daemon {
  #home = mkdtempSync(join(tmpdir(), "sshrpc-mocha-"));
  #process;
  #ended;
  #failure;
  #lastId = 0;
  #waiting = new Map();
  #log = "";
  // mocha --exit and process.exit() run no hook.
  #onExit = () => this.#process.kill("SIGKILL");

  constructor({ env = {}, args = [] } = {}) {
    const environment = { ...process.env, HOME: this.#home, ...env };
    if (env.SSH_AUTH_SOCK === undefined) delete environment.SSH_AUTH_SOCK;
    const [command, ...first] = findDaemon();
    this.#process = spawn(command, [...first, "--stdio", ...args], {
      stdio: ["pipe", "pipe", "pipe"],
      env: environment,
    });
    process.once("exit", this.#onExit);
    this.#process.stdin.on("error", () => {});
    this.#process.stderr.setEncoding("utf8").on("data", (text) => (this.#log += text));
    // A line of JSON is a message, where the client's first one was.
    createInterface({ input: this.#process.stdout, crlfDelay: Infinity }).on("line", (line) => {
      const { id, result, error } = JSON.parse(line);
      const waiter = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error) waiter?.reject(Object.assign(new Error(error.message), error));
      else waiter?.resolve(result);
    });
    this.#ended = new Promise((resolve) => {
      const end = (how) => {
        this.#failure = new Error(`sshrpc ended (${how}): ${this.#log}`);
        for (const { reject } of this.#waiting.values()) reject(this.#failure);
        this.#waiting.clear();
        resolve(how);
      };
      this.#process.once("error", (error) => end(error.message));
      this.#process.once("close", (code, signal) => end(signal ?? code));
    });
  }

  get pid() {
    return this.#process.pid;
  }

  request(method, params = {}) {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = ++this.#lastId;
    this.#process.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  /** A suite fails where the daemon doesn't end as it should. */
  async close() {
    this.#process.stdin.end();
    const late = setTimeout(() => this.#process.kill("SIGKILL"), endLimit);
    const how = await this.#ended;
    clearTimeout(late);
    process.removeListener("exit", this.#onExit);
    rmSync(this.#home, { recursive: true });
    if (how !== 0) throw this.#failure;
  }
}

/** $SSHRPC_DAEMON, else the repository's, else that of PATH. */
function findDaemon() {
  const here = fileURLToPath(new URL("../../bin/sshrpc.js", import.meta.url));
  const script = process.env.SSHRPC_DAEMON ?? (existsSync(here) ? here : undefined);
  return script === undefined ? ["sshrpc"] : [process.execPath, script];
}
