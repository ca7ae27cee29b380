import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { loginParams } from "../../e2e/support/calls.ts";
import { startDaemon } from "../../fixtures/daemon.ts";
import type { Daemon, DaemonOptions } from "../../fixtures/daemon.ts";
import { startFaultServer } from "../../fixtures/fault-server.ts";
import { isRunning, signal, track } from "../../fixtures/processes.ts";
import { projectRoot } from "../../fixtures/project.ts";
import { requires } from "../../fixtures/requirements.ts";
import { useScope } from "../../fixtures/scope.ts";
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
});
