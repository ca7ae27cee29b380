import { strict as assert } from "node:assert";
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const require = createRequire(import.meta.url);
const fixture =
  process.env.SSHRPC_TEST_SSHD ??
  new URL("../../dist/test/fixtures/serve-sshd.js", import.meta.url).pathname;

describe("the VS Code example", function () {
  this.timeout(30_000);
  const home = mkdtempSync(join(tmpdir(), "sshrpc-vscode-"));
  const before_ = { HOME: process.env.HOME, SSH_AUTH_SOCK: process.env.SSH_AUTH_SOCK };
  let server;
  let address;

  before(async function () {
    process.env.HOME = home;
    delete process.env.SSH_AUTH_SOCK;
    server = spawn(process.execPath, [fixture], { stdio: ["pipe", "pipe", "inherit"] });
    for await (const line of createInterface({ input: server.stdout })) {
      address = JSON.parse(line);
      break;
    }
    if (address.skip) this.skip();
  });

  after(async () => {
    server.stdin.end();
    if (server.exitCode === null) await new Promise((resolve) => server.once("exit", resolve));
    Object.assign(process.env, before_);
    if (before_.SSH_AUTH_SOCK === undefined) delete process.env.SSH_AUTH_SOCK;
    rmSync(home, { recursive: true });
  });

  const text = () => `${address.username}@${address.host}:${address.port}`;
  const login = () => {
    const { host, port, username, password } = address;
    return { host, port, username, password };
  };

  it("runs in plain Node", async () => {
    const args = [require.resolve("./daemon.js"), text(), "echo hello; exit 3"];
    const env = { ...process.env, PASSWORD: address.password };
    const failure = await promisify(execFile)(process.execPath, args, { env }).catch((e) => e);
    assert.equal(failure.stdout, "hello\n");
    assert.equal(failure.code, 3);
  });

  it("hands output on, more of it than the window, and the exit code", async () => {
    const { Daemon } = require("./daemon.js");
    const daemon = new Daemon();
    const { session } = await daemon.request("ssh.new", login());
    const size = { stdout: 0, stderr: 0 };
    const count = (piece, stream) => (size[stream] += piece.length);
    const command = "head -c 5000000 /dev/zero; printf 'gr\\303\\274n' >&2; exit 4";
    const { exitCode } = await daemon.run(session, command, count);
    assert.deepEqual({ ...size, exitCode }, { stdout: 5_000_000, stderr: 4, exitCode: 4 });
    await daemon.dispose();
    assert.equal(daemon.process.exitCode, 0);
  });

  it("fails every request when the daemon is killed", async () => {
    const { Daemon } = require("./daemon.js");
    const daemon = new Daemon();
    const { session } = await daemon.request("ssh.new", login());
    const running = daemon.run(session, "while echo; do sleep 0.1; done", () => {});
    daemon.process.kill("SIGKILL");
    await assert.rejects(running, /the daemon ended \(SIGKILL\)/);
    await assert.rejects(daemon.request("daemon.status", {}), /the daemon ended/);
  });

  it("says how the daemon ended to a request that can't be written any more", async () => {
    const { Daemon } = require("./daemon.js");
    const daemon = new Daemon();
    await daemon.ready;
    // As after its death, before `close` tells of that.
    daemon.process.stdin.destroy();
    await assert.rejects(daemon.request("daemon.status", {}), /the daemon ended \(0\)/);
  });

  it("says why a request can't be written", async () => {
    const { Daemon } = require("./daemon.js");
    const daemon = new Daemon();
    await assert.rejects(daemon.request("daemon.status", { number: 1n }), /BigInt/);
    await daemon.dispose();
  });

  describe("in a stand-in for VS Code", () => {
    let vscode;
    let extension;
    const load = Module._load;

    before(() => {
      // The host is not known any more.
      rmSync(join(home, ".ssh"), { recursive: true });
      vscode = standIn();
      Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));
      extension = require("./extension.js");
      extension.activate({ subscriptions: [] });
    });

    after(async () => {
      Module._load = load;
      await extension.deactivate();
    });

    it("asks for what it needs, and shows the output", async () => {
      vscode.inputs = [text(), "echo hello", address.password];
      vscode.choice = "Trust It";
      await vscode.run();
      assert.deepEqual(vscode.errors, []);
      assert.equal(vscode.output, "hello\n[0]\n");
      assert.match(vscode.asked.join("\n"), /not known[^]*assword/);
    });

    it("is cancelled by VS Code's token", async () => {
      vscode.inputs = [text(), "echo begun; exec sleep 60", address.password];
      vscode.output = "";
      const run = vscode.run();
      while (!vscode.output.includes("begun")) await sleep(10);
      vscode.cancel();
      await run;
      assert.equal(vscode.output, "begun\n[cancelled]\n");
    });

    it("shows errors", async () => {
      vscode.inputs = [text(), "true", undefined];
      await vscode.run();
      assert.equal(vscode.errors.length, 1);
    });
  });
});

/** The few parts of VS Code's API that the extension uses, and what a test looks at. */
function standIn() {
  const self = {
    inputs: [],
    asked: [],
    errors: [],
    output: "",
    choice: undefined,
    run: undefined,
    cancel: undefined,
    ProgressLocation: { Notification: 15 },
    commands: {
      registerCommand(_name, run) {
        self.run = run;
        return { dispose() {} };
      },
    },
    window: {
      createOutputChannel: () => ({
        append: (piece) => (self.output += piece),
        appendLine: (line) => (self.output += `${line}\n`),
        show() {},
        dispose() {},
      }),
      showInputBox: async ({ prompt }) => (self.asked.push(prompt), self.inputs.shift()),
      showWarningMessage: async (question) => (self.asked.push(question), self.choice),
      showErrorMessage: async (message) => void self.errors.push(message),
      async withProgress(_options, task) {
        const listeners = new Set();
        const token = {
          isCancellationRequested: false,
          onCancellationRequested(listener) {
            listeners.add(listener);
            return { dispose: () => listeners.delete(listener) };
          },
        };
        self.cancel = () => {
          token.isCancellationRequested = true;
          for (const listener of listeners) listener();
        };
        return task({ report() {} }, token);
      },
    },
  };
  return self;
}
