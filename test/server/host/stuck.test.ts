import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { login, loginParams } from "../../e2e/support/calls.ts";
import { startDaemon } from "../../fixtures/daemon.ts";
import type { Daemon, DaemonOptions } from "../../fixtures/daemon.ts";
import { startFaultServer } from "../../fixtures/fault-server.ts";
import { isRunning, signal, track } from "../../fixtures/processes.ts";
import { projectRoot } from "../../fixtures/project.ts";
import { requires } from "../../fixtures/requirements.ts";
import { makeRuntimeFolder, runCommand } from "../../fixtures/runtime-folder.ts";
import { useScope } from "../../fixtures/scope.ts";
import { startSshd } from "../../fixtures/sshd.ts";
import { until } from "../../fixtures/until.ts";

const hook = fileURLToPath(new URL("../../fixtures/block-loop.js", import.meta.url));
const NODE_OPTIONS = `--import=${hook}`;

/** Milliseconds: more than the guard's patience. */
const longer = 7000;

describe("server: a daemon that is stuck", () => {
  const scope = useScope();
  before(function () {
    requires(this, "proc");
  });

  async function start(options: DaemonOptions = {}): Promise<Daemon> {
    const server = scope.add(await startFaultServer({}));
    const daemon = scope.add(startDaemon({ ...options, env: { NODE_OPTIONS, ...options.env } }));
    await daemon.request("ssh.new", loginParams(server));
    return daemon;
  }

  /** Its event loop does nothing any more: nor does its main thread. */
  async function block(pid: number): Promise<void> {
    signal(pid, "SIGUSR2");
    const switches = () =>
      /^nonvoluntary.*|^voluntary.*/gm.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[0];
    let before: string | undefined;
    let same = 0;
    // Its own timers would wake it four times a second.
    await until(() => {
      same = switches() === before ? same + 1 : 0;
      before = switches();
      return same > 50;
    }, "the loop stands still");
  }

  it("ends when its client has closed its stdin", async () => {
    const daemon = await start();
    await block(daemon.pid);
    daemon.endStdin();
    assert.equal((await daemon.exit).signal, "SIGKILL");
  });

  it("ends when nobody has the other end of the pipe that is its stdin", async () => {
    const server = scope.add(await startFaultServer({}));
    // A shell stays its parent.
    const command = `cat | "${process.execPath}" "${join(projectRoot, "bin/sshrpc.js")}"; true`;
    const shell = track(
      spawn("sh", ["-c", command], {
        stdio: ["pipe", "pipe", "ignore"],
        env: { ...process.env, NODE_OPTIONS, HOME: scope.tempDir() },
      }),
    );
    scope.defer(() => shell.kill("SIGKILL"));
    const lines = createInterface(shell.stdout)[Symbol.asyncIterator]();
    const call = async (method: string, params: object): Promise<any> => {
      shell.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: method, method, params })}\n`);
      return JSON.parse(String((await lines.next()).value)).result;
    };
    await call("ssh.new", loginParams(server));
    const { pid } = await call("daemon.status", {});
    scope.defer(() => signal(pid, "SIGKILL"));
    await block(pid);
    shell.stdin.end();
    await until(() => !isRunning(pid), "the daemon is gone");
  });

  it("goes on while its client is there; and one that is only stopped goes on in any case", async () => {
    const [stuck, stopped] = [await start(), await start()];
    await block(stuck.pid);
    signal(stopped.pid, "SIGSTOP");
    stopped.endStdin();
    await sleep(longer);
    assert.deepEqual([stuck.hasExited, stopped.hasExited], [false, false]);
    signal(stopped.pid, "SIGCONT");
    assert.equal((await stopped.exit).code, 0);
    stuck.signal("SIGKILL");
  });

  it("at a file that doesn't open ends with its input", async () => {
    const fifo = join(scope.tempDir(), "fifo");
    execFileSync("mkfifo", [fifo]);
    const daemon = await start({ env: { BLOCK_FIFO: fifo } });
    signal(daemon.pid, "SIGURG");
    await until(() => existsSync(`${fifo}.wanted`), "a thread is at the FIFO");
    daemon.endStdin();
    await daemon.exit;
  });

  it("at a disk that doesn't answer, with a tree's small files, ends with its input", async function () {
    requires(this, "sshd");
    const fifo = join(scope.tempDir(), "fifo");
    execFileSync("mkfifo", [fifo]);
    const sshd = scope.add(await startSshd());
    const daemon = scope.add(startDaemon({ env: { NODE_OPTIONS, BLOCK_FIFO: fifo } }));
    const session = await login(daemon, sshd);
    const tree = join(scope.tempDir(), "tree");
    mkdirSync(tree);
    const put = daemon.request("fs.put", {
      session,
      source: tree,
      dest: `${tree}.copy`,
      recursive: true,
    });
    put.catch(() => {});
    await until(() => existsSync(`${fifo}.wanted`), "the thread for files is at the FIFO");
    daemon.endStdin();
    await daemon.exit;
  });

  it("at a file that doesn't open ends when it is told to, where it is shared", async () => {
    const fifo = join(scope.tempDir(), "fifo");
    execFileSync("mkfifo", [fifo]);
    const runtime = makeRuntimeFolder(scope);
    const env = { XDG_RUNTIME_DIR: runtime, NODE_OPTIONS, BLOCK_FIFO: fifo };
    const client = scope.add(startDaemon({ endpoint: "--attach", env }));
    const { pid } = await client.request("daemon.status");
    scope.defer(() => signal(pid, "SIGKILL"));
    signal(pid, "SIGURG");
    await until(() => existsSync(`${fifo}.wanted`), "a thread is at the FIFO");
    await runCommand(runtime, "stop");
    assert.ok(!isRunning(pid));
  });

  it("that can't have another thread goes on without being guarded", async () => {
    const tried = join(scope.tempDir(), "tried");
    // As where a container has no room for one more.
    const failing = `import { writeFileSync } from "node:fs";
      import { syncBuiltinESMExports } from "node:module";
      import threads from "node:worker_threads";
      threads.Worker = class {
        constructor() {
          writeFileSync(${JSON.stringify(tried)}, "");
          throw new Error("EAGAIN");
        }
      };
      syncBuiltinESMExports();`;
    const url = `data:text/javascript,${encodeURIComponent(failing)}`;
    const daemon = await start({ env: { NODE_OPTIONS: `--import=${url}` } });
    await until(() => existsSync(tried), "a thread is tried");
    assert.equal((await daemon.request("daemon.status")).sessions.length, 1);
  });
});
