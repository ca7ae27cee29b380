import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { join } from "node:path";
import { startDaemon } from "../fixtures/daemon.ts";
import type { FaultChannel } from "../fixtures/fault-channel.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import type { FaultServer } from "../fixtures/fault-server.ts";
import { pseudoRandomBytes, sha256 } from "../fixtures/files.ts";
import { useScope } from "../fixtures/scope.ts";
import { TcpProxy } from "../fixtures/tcp-proxy.ts";
import { until } from "../fixtures/until.ts";
import { login, rejects } from "./support/calls.ts";

const mebibyte = 1024 * 1024;
/** What every channel is opened with. */
const firstWindow = 2 * mebibyte;

describe("e2e: receive windows", () => {
  const scope = useScope();

  /** A server at the end of a link of `delay` milliseconds each way, and the grants it is given. */
  async function start(run: (channel: FaultChannel) => Promise<void>, delay = 0) {
    const server: FaultServer = scope.add(await startFaultServer({ run }));
    const proxy = scope.add(await TcpProxy.start({ target: server }));
    const daemon = scope.add(startDaemon());
    const session = await login(daemon, { ...server, host: proxy.host, port: proxy.port });
    const [connection] = server.connections;
    assert.ok(connection);
    proxy.delay = delay;
    const grants = () =>
      connection.records.flatMap((what) => (what.type === "window" ? [what.bytes] : []));
    return { daemon, session, proxy, grants };
  }

  const file = pseudoRandomBytes(64 * mebibyte);
  const digest = createHash("sha256").update(file).digest("hex");
  const sendFile = async (channel: FaultChannel) => {
    await channel.read(1);
    await channel.write(`C0644 ${file.length} x\n`);
    await channel.write(file);
    await channel.write("\0");
    await channel.read(2);
    channel.end();
  };

  it("grow with the link, and what comes through them is whole", async () => {
    const { daemon, session, grants } = await start(sendFile, 200);
    const dest = join(scope.tempDir(), "dest");
    await daemon.request("session.scpRecv", { session, source: "x", dest });
    assert.equal(await sha256(dest), digest);
    // In one piece no more can be granted than the window has.
    assert.ok(Math.max(...grants()) > firstWindow, grants().join(" "));
  });

  it("let in no more than the client has granted, and the first window", async () => {
    const endless = async (channel: FaultChannel) => {
      const state = { isOpen: true };
      void channel.closed.then(() => (state.isOpen = false));
      while (state.isOpen) await channel.write(file.subarray(0, 32 * 1024));
    };
    const { daemon, session, grants } = await start(endless, 200);
    const granted = 24 * mebibyte;
    const params = { session, command: "x", stream: true, token: "x", window: granted };
    const id = "endless";
    await daemon.send({ id, method: "session.exec", params: { ...params, encoding: "base64" } });
    const sum = () => grants().reduce((all, bytes) => all + bytes, firstWindow);
    await until(() => sum() >= granted, "what the client granted was granted to the server", 60);
    assert.ok(sum() <= granted + firstWindow, `${sum()} bytes were granted`);
    await daemon.notify("$/cancelRequest", { id });
    const { data } = await rejects(daemon.reply(id), "Cancelled");
    assert.ok(data.stdoutBytes <= granted, `${data.stdoutBytes}`);
    assert.ok(Math.max(...grants()) > firstWindow, grants().join(" "));
  });

  it("hold what a client doesn't take within the first window", async () => {
    const { daemon, session, proxy, grants } = await start(async (channel) => {
      await channel.write(file);
      channel.end();
    });
    const params = { session, command: "x", stream: true, token: "x", window: 0 };
    const running = daemon.request("session.exec", { ...params, encoding: "base64" });
    await until(() => proxy.bytes.down > firstWindow, "the first window is used up");
    assert.deepEqual(grants(), []);
    await daemon.request("session.windowAdjust", { token: "x", bytes: file.length });
    assert.deepEqual(await running, {
      stdoutBytes: file.length,
      stderrBytes: 0,
      exitCode: 0,
      exitSignal: null,
    });
  });

  describe("open for output that nobody wants any more, so that the end behind it can come", () => {
    /** What is done to a command, up to its channel's end. */
    const signals: string[] = [];
    let ended: Promise<unknown>;

    /** A command that, once it is told to end, has its output written yet. */
    const endsWhenTold = async (channel: FaultChannel) => {
      ended = channel.connection.recorded(({ type }) => type === "close");
      channel.onSignal((name) => void signals.push(name));
      if (channel.command.startsWith("scp")) {
        await channel.read(1);
        await channel.write(`C0644 ${file.length} x\n`);
      }
      const written = channel.write(file);
      await channel.connection.recorded(
        (each) => each.type === "request" && each.request === "signal",
      );
      await written;
      channel.end();
    };

    beforeEach(() => void signals.splice(0));

    it("when a streamed command is cancelled", async () => {
      const { daemon, session, proxy } = await start(endsWhenTold);
      const params = { session, command: "x", stream: true, token: "x", window: 1 };
      const id = "unwanted";
      await daemon.send({ id, method: "session.exec", params: { ...params, encoding: "base64" } });
      await until(() => proxy.bytes.down > firstWindow, "the first window is used up");
      await daemon.notify("$/cancelRequest", { id });
      await rejects(daemon.reply(id), "Cancelled", { stdoutBytes: 1 });
      await ended;
      // Neither KILL was needed nor the channel's closing.
      assert.deepEqual(signals, ["TERM"]);
    });

    it("when a transfer's deadline has passed", async () => {
      const { daemon, session } = await start(endsWhenTold);
      const dest = join(scope.tempDir(), "unread");
      execFileSync("mkfifo", [dest]);
      const reader = openSync(dest, constants.O_RDONLY | constants.O_NONBLOCK);
      scope.defer(() => closeSync(reader));
      const params = { session, source: "x", dest, timeout: 0.5 };
      await rejects(daemon.request("session.scpRecv", params), "Timeout");
      await ended;
      assert.deepEqual(signals, ["TERM"]);
    });

    it("and a server that sends on without end is cut off", async () => {
      const endless = async (channel: FaultChannel) => {
        ended = channel.connection.recorded(({ type }) => type === "close");
        channel.onSignal((name) => void signals.push(name));
        const state = { isOpen: true };
        void ended.then(() => (state.isOpen = false));
        while (state.isOpen) {
          await Promise.race([channel.write(file.subarray(0, 32 * 1024)), ended]);
        }
      };
      const { daemon, session } = await start(endless);
      const params = { session, command: "x", stream: true, token: "x", timeout: 0.5 };
      await rejects(daemon.request("session.exec", params), "Timeout");
      await ended;
      assert.deepEqual(signals, ["TERM", "KILL"]);
    });
  });
});
