import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Daemon, connect } from "../../clients/js/index.ts";
import type { SshError } from "../../clients/js/index.ts";
import { findDaemon } from "../../clients/js/daemon/find-daemon.ts";
import { isRunning, signal } from "../fixtures/processes.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { until } from "../fixtures/until.ts";
import { Lab, daemonPath } from "./lab.ts";

/** Answers `initialize`, and then does as the text says, with `read` and `write` for messages. */
const fake = (text: string): string => `
  let held = Buffer.alloc(0);
  const readers = [];
  const flush = () => {
    for (;;) {
      const end = held.indexOf("\\r\\n\\r\\n");
      if (end === -1 || readers.length === 0) return;
      const length = Number(/Content-Length: (\\d+)/.exec(held.toString("latin1", 0, end))[1]);
      if (held.length < end + 4 + length) return;
      const json = JSON.parse(held.toString("utf8", end + 4, end + 4 + length));
      held = held.subarray(end + 4 + length);
      readers.shift()(json);
    }
  };
  process.stdin.on("data", (chunk) => { held = Buffer.concat([held, chunk]); flush(); });
  process.stdin.on("end", () => { if (!globalThis.isStuck) process.exit(); });
  const read = () => new Promise((resolve) => { readers.push(resolve); flush(); });
  const write = (message) => {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    process.stdout.write("Content-Length: " + Buffer.byteLength(text) + "\\r\\n\\r\\n" + text);
  };
  read().then(async ({ id }) => {
    write({ id, result: { capabilities: { binaryFrames: false }, limits: { maxMessageBytes: 1000000 } } });
    ${text}
  });
`;

describe("JavaScript client: the daemon", () => {
  const suite = useScope("suite");
  const scope = useScope();

  const script = (text: string) => {
    const path = join(scope.tempDir(), "fake.cjs");
    writeFileSync(path, text);
    return path;
  };

  describe("that is none", () => {
    const exits = (code: string) => ["sh", "-c", code];
    for (const [command, words] of [
      ["/nonexistent/sshrpc", "could not be started"],
      [["/nonexistent/sshrpc"], "could not be started"],
      [["nul\0"], "could not be started"],
      [["true"], "ended with exit code 0"],
      [["false"], "ended with exit code 1"],
      [exits("echo words >&2; exit 3"), "ended with exit code 3: words"],
      [exits("kill -9 $$"), "was killed by SIGKILL"],
      [exits("printf 'hello world\\r\\n\\r\\n'; sleep 5"), "the daemon wrote no header"],
      [["cat"], "no sshrpc daemon"],
      [[], "empty"],
    ] as const) {
      it(`${JSON.stringify(command)}: ${words}`, async () => {
        const failing = connect({ host: "127.0.0.1", daemon: command });
        await assert.rejects(failing, (error: SshError) => {
          assert.ok(error.message.includes(words), error.message);
          assert.deepEqual([error.kind, error.dispatched], ["DaemonError", "no"]);
          return true;
        });
      });
    }

    it("a fault in the middle is everybody's error", async () => {
      const text = "await read(); process.stdout.write('Segmentation fault\\r\\n\\r\\n');";
      await using daemon = await Daemon.start({ command: script(fake(text)) });
      const fails = () =>
        assert.rejects(daemon.status(), (error: SshError) => {
          assert.match(error.message, /Segmentation fault/);
          return error.kind === "DaemonError" && error.dispatched === "maybe";
        });
      await Promise.all([fails(), fails()]);
      await assert.rejects(daemon.status(), { kind: "DaemonError", dispatched: "no" });
    });

    it("a flood of its stderr doesn't block", async () => {
      const text =
        "for (let at = 0; at < 200; at++) process.stderr.write('x'.repeat(65536)); for (;;) write({ id: (await read()).id, result: { pid: 1 } });";
      await using daemon = await Daemon.start({ command: script(fake(text)) });
      assert.equal((await daemon.status()).pid, 1);
    });

    it("one that doesn't end is killed", async function () {
      this.timeout(10_000);
      const text = "globalThis.isStuck = true; setInterval(() => {}, 1e6);";
      const daemon = await Daemon.start({ command: script(fake(text)) });
      await daemon.close();
      assert.ok(!isRunning(daemon.pid));
    });
  });

  it("is found by option, variable, and in its own package", () => {
    const node = process.execPath;
    const path = join(scope.tempDir(), "sshrpc");
    writeFileSync(path, "#!/bin/sh\n");
    chmodSync(path, 0o755);
    assert.deepEqual(findDaemon(path), { file: path, args: [] });
    assert.deepEqual(findDaemon(["a", "b c"]), { file: "a", args: ["b c"] });
    const before = process.env["SSHRPC_DAEMON"];
    try {
      process.env["SSHRPC_DAEMON"] = path;
      assert.deepEqual(findDaemon(undefined), { file: path, args: [] });
      delete process.env["SSHRPC_DAEMON"];
      assert.deepEqual(findDaemon(undefined), { file: node, args: [daemonPath] });
    } finally {
      if (before !== undefined) process.env["SSHRPC_DAEMON"] = before;
    }
  });

  describe("with a server", () => {
    let lab: Lab;

    before(async function () {
      requires(this, "sshd");
      lab = await Lab.start(suite);
    });

    it("is shared by all sessions, and ends with the last one", async () => {
      const sessions = await Promise.all(Array.from({ length: 5 }, () => lab.connect()));
      const pids = new Set(sessions.map(({ daemon }) => daemon.pid));
      assert.equal(pids.size, 1);
      const [pid = 0] = pids;
      for (const session of sessions) {
        assert.ok(isRunning(pid));
        await session.close();
      }
      assert.ok(!isRunning(pid));
      await using again = await lab.connect();
      assert.notEqual(again.daemon.pid, pid);
    });

    it("of one's own outlives its sessions", async () => {
      await using daemon = await Daemon.start();
      for (let at = 0; at < 2; at++) {
        await using session = await lab.connect({ daemon });
        assert.equal(session.daemon, daemon);
      }
      assert.deepEqual((await daemon.status()).sessions, []);
      const discovered = await daemon.request("rpc.discover", {});
      assert.equal(typeof discovered.openrpc, "string");
      await assert.rejects(daemon.request("session.run" as "session.exec", {} as never), {
        kind: "MethodNotFound",
      });
      await daemon.close();
      assert.ok(!isRunning(daemon.pid));
      await assert.rejects(daemon.status(), { kind: "DaemonError", dispatched: "no" });
    });

    it("that is killed fails every call at once, and the next session has another", async () => {
      for (let at = 0; at < 3; at++) {
        const session = await lab.connect();
        const running = [session.run("sleep 300"), session.spawn("sleep 300").wait()].map((each) =>
          assert.rejects(each, (error: SshError) => {
            assert.match(error.message, /was killed by SIGKILL/);
            return error.kind === "DaemonError" && error.dispatched === "maybe";
          }),
        );
        signal(session.daemon.pid, "SIGKILL");
        await using again = await lab.connect();
        assert.equal((await again.run("echo new")).stdout, "new");
        await Promise.all(running);
        await session.close();
      }
    });

    it("that is stuck is killed with its last session", async function () {
      this.timeout(20_000);
      const [first, last] = [await lab.connect(), await lab.connect()];
      const { pid } = first.daemon;
      signal(pid, "SIGSTOP");
      scope.defer(() => signal(pid, "SIGKILL"));
      await first.close();
      assert.ok(isRunning(pid));
      await last.close();
      assert.ok(!isRunning(pid));
    });

    it("frees sessions that nobody has any more", async () => {
      setFlagsFromString("--expose-gc");
      const collect = runInNewContext("gc") as () => void;
      await using daemon = await Daemon.start();
      await lab.connect({ daemon });
      await until(async () => {
        collect();
        return (await daemon.status()).sessions.length === 0;
      }, "the session was collected");
    });

    it("has our environment, but not our Node's options, or the one that is given", async () => {
      const env = { ...process.env, HOME: scope.tempDir(), NODE_OPTIONS: "" };
      await using daemon = await Daemon.start({ env });
      await using session = await lab.connect({ daemon });
      assert.equal((await session.run("echo yes")).stdout, "yes");
    });
  });
});
