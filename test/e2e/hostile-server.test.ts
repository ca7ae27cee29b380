import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, openSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { before, describe, it } from "mocha";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import type { FaultChannel } from "../fixtures/fault-channel.ts";
import type { FaultConnection } from "../fixtures/fault-connection.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import type { FaultServer, FaultServerOptions } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { remoteNumber, sendPayload } from "../fixtures/ssh2-internals.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { TcpProxy } from "../fixtures/tcp-proxy.ts";
import { until } from "../fixtures/until.ts";
import { boolean, byte, string, uint32 } from "../fixtures/wire.ts";
import {
  assertFailure,
  failureOf,
  login,
  loginParams,
  rejects,
  statusOf,
} from "./support/calls.ts";
import { startPreface, startRawServer } from "./support/raw-server.ts";
import { startWatched } from "./support/watched.ts";
import type { Watched } from "./support/watched.ts";

const SSH_MSG_IGNORE = 2;
const SSH_MSG_UNIMPLEMENTED = 3;
const SSH_MSG_DEBUG = 4;
const SSH_MSG_GLOBAL_REQUEST = 80;
const SSH_MSG_CHANNEL_OPEN = 90;
const SSH_MSG_CHANNEL_DATA = 94;
const SSH_MSG_CHANNEL_EOF = 96;
const SSH_MSG_CHANNEL_REQUEST = 98;

const mebibyte = 1024 * 1024;

describe("e2e: a server that misbehaves", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let watched: Watched;
  let daemon: Daemon;

  before(async function () {
    requires(this, "proc");
    watched = await startWatched(suite);
    daemon = watched.daemon;
  });

  const serve = async (options: FaultServerOptions = {}): Promise<FaultServer> =>
    scope.add(await startFaultServer(options));
  const loginTo = async (options: FaultServerOptions): Promise<number> =>
    login(daemon, await serve(options));
  const exec = (session: number, options: object = {}): Promise<Json> =>
    daemon.request("session.exec", { session, command: "x", ...options });

  describe("before SSH", () => {
    const nobody = { username: "nobody", password: "none" };
    const connect = (server: { host: string; port: number }, options: object = {}): Promise<Json> =>
      daemon.request("ssh.new", { ...loginParams({ ...server, ...nobody }), ...options });
    const noServer = { stage: "banner", dispatched: "no" };

    it("is no server of SSH but of HTTP", async () => {
      const server = await startRawServer(scope, (socket) =>
        socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
      );
      const { message } = await rejects(connect(server), "HandshakeFailed", noServer);
      assert.match(message, /; it said: HTTP\/1\.1 400 Bad Request$/);
      await watched.noSocketsLeft();
    });

    it("writes to the terminal of whoever reads the error", async () => {
      const words = "one\r\n\u001b]0;title\u0007two \u202Egnp.exe\r\n";
      const server = await startRawServer(scope, (socket) => void socket.end(words));
      const { message } = await rejects(connect(server), "HandshakeFailed", noServer);
      assert.match(message, /; it said: one \]0;titletwo gnp\.exe$/);
    });

    it("speaks version 1 only", async () => {
      const server = await startRawServer(scope, (socket) => void socket.write("SSH-1.5-Old\r\n"));
      await rejects(connect(server), "HandshakeFailed", { dispatched: "no" });
      await watched.noSocketsLeft();
    });

    it("greets without an end", async () => {
      const greetings = ["x".repeat(70_000), "Welcome!\r\n".repeat(7_000)];
      for (const greeting of greetings) {
        const server = await startRawServer(scope, (socket) => void socket.write(greeting));
        await rejects(connect(server), "HandshakeFailed", noServer);
        await watched.noSocketsLeft();
        await until(() => server.sockets.size === 0, "the server sees the end");
      }
    });

    it("greets in a few lines", async () => {
      const target = await serve();
      const lines = ["Welcome, stranger.", "", "SSH is spoken here; not SSH-2.0-Greeting though."];
      const server = await startPreface(scope, target, `${lines.join("\r\n")}\r\n`);
      const { username, password } = target;
      const { serverIdent } = await connect(server, { username, password });
      assert.match(serverIdent, /^SSH-2\.0-ssh2js/);
    });

    it("dribbles its identification string and all that follows", async function () {
      requires(this, "sshd");
      // OpenSSH's, as the server of ssh2 can't take a client that dribbles too.
      const sshd = scope.add(await startSshd());
      const { host, port, username, password } = sshd;
      for (const split of [1, 2, 7]) {
        const proxy = scope.add(await TcpProxy.start({ target: { host, port }, split }));
        const session = await login(daemon, { host, port: proxy.port, username, password });
        const { output, exitCode } = await exec(session, {
          command: "echo slow but whole; exit 3",
        });
        assert.deepEqual([output, exitCode], ["slow but whole\n", 3]);
      }
    });
  });

  describe("in its answers", () => {
    it("refuses commands", async () => {
      const session = await loginTo({ exec: () => "refuse" });
      const refused = { request: "exec", dispatched: "no" };
      await rejects(exec(session), "ChannelRequestDenied", refused);
      const transfer = { session, source: "x" };
      await rejects(daemon.request("session.scpRecv", transfer), "ChannelRequestDenied", refused);
      assert.equal((await statusOf(daemon, session)).state, "open");
    });

    it("refuses variables, and the command isn't run without them", async () => {
      const commands: string[] = [];
      const server = await serve({
        env: "refuse",
        run: ({ command }) => void commands.push(command),
      });
      const session = await login(daemon, server);
      const denied = { request: "env", dispatched: "no" };
      await rejects(exec(session, { env: { A: "b" } }), "ChannelRequestDenied", denied);
      assert.deepEqual(commands, []);
    });

    it("refuses channels for all sorts of reasons", async () => {
      for (const reason of [1, 2, 3, 4, 99]) {
        const session = await loginTo({ open: () => ({ reason, description: "never" }) });
        const expected = { reason, description: "never", dispatched: "no" };
        const calls = Array.from({ length: 5 }, () => exec(session));
        await Promise.all(calls.map((call) => rejects(call, "ChannelOpenFailed", expected)));
      }
    });

    it("closes the channel instead of answering", async () => {
      const connections: FaultConnection[] = [];
      const session = await loginTo({
        exec: () => "silent",
        onConnection: (connection) => void connections.push(connection),
      });
      const failure = failureOf(exec(session));
      const [connection] = connections as [FaultConnection];
      await connection.recorded((each) => each.type === "request");
      // Our channel is the first, so the client's number for it is 0.
      connection.send(byte(97), uint32(0));
      const { data } = await failure;
      assert.deepEqual([data.kind, data.dispatched], ["ChannelRequestDenied", "maybe"]);
      await watched.checkBystander();
    });

    const ends: Record<string, (channel: FaultChannel) => unknown> = {
      "EOF and close": (channel) => {
        channel.eof();
        channel.close();
      },
      "close alone": (channel) => channel.close(),
    };
    for (const [how, end] of Object.entries(ends)) {
      it(`ends a command without a status: ${how}`, async () => {
        const session = await loginTo({
          async run(channel) {
            await channel.write("out");
            await channel.writeError("err");
            end(channel);
          },
        });
        const result = await exec(session, { streams: "separate" });
        assert.deepEqual(result, {
          stdout: "out",
          stdoutEncoding: "utf8",
          stderr: "err",
          stderrEncoding: "utf8",
          exitCode: null,
          exitSignal: null,
        });
      });
    }

    it("ends a command by a signal that POSIX lacks", async () => {
      const session = await loginTo({
        run(channel) {
          channel.exitSignal("WINCE@example.org");
          channel.stream.end();
        },
      });
      const { exitCode, exitSignal } = await exec(session);
      assert.deepEqual([exitCode, exitSignal], [null, "WINCE@example.org"]);
    });
  });

  describe("out of turn", () => {
    it("asks what nobody knows, and says what nobody asked", async () => {
      const session = await loginTo({
        async run(channel) {
          const { connection } = channel;
          const number = uint32(remoteNumber(channel.stream));
          for (const wantReply of [true, false]) {
            connection.send(
              byte(SSH_MSG_GLOBAL_REQUEST),
              string("tea@example.org"),
              boolean(wantReply),
              string("milk"),
            );
            connection.send(
              byte(SSH_MSG_CHANNEL_REQUEST),
              number,
              string("sugar@example.org"),
              boolean(wantReply),
            );
          }
          const forwarded = [string("127.0.0.1"), uint32(1), string("127.0.0.1"), uint32(2)];
          const window = [uint32(99), uint32(1000), uint32(1000)];
          for (const kind of ["session", "forwarded-tcpip", "x11", "biscuit@example.org"]) {
            connection.send(byte(SSH_MSG_CHANNEL_OPEN), string(kind), ...window, ...forwarded);
          }
          connection.send(byte(SSH_MSG_IGNORE), string("x".repeat(30_000)));
          connection.send(byte(SSH_MSG_DEBUG), boolean(true), string("debug"), string(""));
          connection.send(byte(SSH_MSG_UNIMPLEMENTED), uint32(5));
          await channel.write("all is well");
          channel.end();
        },
      });
      for (let n = 0; n < 2; n++) assert.equal((await exec(session)).output, "all is well");
    });

    it("writes to channels that aren't there", async () => {
      const session = await loginTo({
        async run(channel) {
          channel.connection.send(byte(SSH_MSG_CHANNEL_DATA), uint32(77), string("stray"));
          channel.connection.send(byte(97), uint32(78));
          await channel.write("mine");
          channel.end();
        },
      });
      const outcome = await exec(session).catch((error: Json) => error.data.kind);
      assert.ok(outcome === "ConnectionLost" || outcome.output === "mine", String(outcome));
      await watched.checkBystander();
    });

    it("disconnects with words in the midst of a command", async () => {
      const session = await loginTo({
        async run(channel) {
          await channel.write("so far");
          channel.connection.disconnect(11, "too many cooks");
        },
      });
      await rejects(exec(session), "ConnectionLost", {
        disconnectReason: 11,
        disconnectDescription: "too many cooks",
        dispatched: "yes",
        output: "so far",
      });
      await rejects(exec(session), "SessionClosed", { dispatched: "no" });
    });

    it("disconnects within a character of what is streamed", async () => {
      const session = await loginTo({
        async run(channel) {
          await channel.write(Buffer.from("so f\xe2\x82", "latin1"));
          channel.connection.disconnect(11, "too many cooks");
        },
      });
      const call = exec(session, { stream: true, token: "cut off" });
      await rejects(call, "ConnectionLost", { stdoutBytes: 6 });
      const pieces = daemon.messages.flatMap(({ params }) =>
        params?.token === "cut off" ? [Buffer.from(params.data, params.encoding)] : [],
      );
      assert.equal(Buffer.concat(pieces).toString("latin1"), "so f\xe2\x82");
    });

    it("disconnects as the session is freed, and keeps its side open", async () => {
      const session = await loginTo({
        onConnection({ socket }) {
          socket.allowHalfOpen = true;
          // ssh2's server ends its side with ours.
          socket.end = () => socket;
        },
        run: (channel) =>
          channel.onSignal((name) => {
            if (name === "TERM") channel.connection.disconnect(2, "bye");
          }),
      });
      const running = failureOf(exec(session, { command: "y" }));
      await until(async () => (await statusOf(daemon, session)).execs === 1, "the command runs");
      await daemon.request("session.free", { session });
      assertFailure(await running, "SessionClosed");
      await watched.noSocketsLeft();
    });

    it("disconnects with words that would rewrite a terminal", async () => {
      const description = "\x1b[2Jall\r\nis\x07 well\u202e";
      const session = await loginTo({
        run: (channel) => channel.connection.disconnect(2, description),
      });
      const error = await rejects(exec(session), "ConnectionLost", {
        disconnectDescription: "[2Jall is well",
      });
      assert.equal(error.message, "the connection was lost: [2Jall is well");
    });

    it("refuses a channel with such words", async () => {
      const session = await loginTo({
        open: () => ({ reason: 1, description: "\x1b[2Jall\r\nis well" }),
      });
      const error = await rejects(exec(session), "ChannelOpenFailed", {
        description: "[2Jall is well",
      });
      assert.equal(error.message, "the server refused a channel: [2Jall is well");
    });

    const garbage: Record<string, Buffer> = {
      "with a wrong MAC": Buffer.concat([uint32(32), Buffer.alloc(48, 7)]),
      "of an absurd length": Buffer.alloc(64, 0xff),
      "of length zero": Buffer.alloc(64),
    };
    for (const [what, bytes] of Object.entries(garbage)) {
      it(`sends a packet ${what}`, async () => {
        const session = await loginTo({
          async run(channel) {
            await channel.write("so far");
            channel.connection.socket.write(bytes);
          },
        });
        const lost = { dispatched: "yes", output: "so far" };
        await rejects(exec(session), "ConnectionLost", lost);
        await rejects(exec(session), "SessionClosed", { dispatched: "no" });
        await daemon.request("session.free", { session });
        await watched.noSocketsLeft();
        await watched.checkBystander();
      });
    }

    it("sends a packet with a wrong MAC in the midst of a transfer", async () => {
      const session = await loginTo({
        async run(channel) {
          await channel.read(1);
          await channel.write("C0644 1000000 x\n");
          await channel.write(Buffer.alloc(500_000));
          channel.connection.socket.write(garbage["with a wrong MAC"] as Buffer);
        },
      });
      const call = daemon.request("session.scpRecv", { session, source: "x" });
      await rejects(call, "ConnectionLost", { dispatched: "yes" });
    });
  });

  describe("with too much", () => {
    it("floods stderr", async () => {
      const flood = Buffer.alloc(16 * mebibyte, "e");
      const session = await loginTo({
        async run(channel) {
          await channel.writeError(flood);
          await channel.write("out");
          channel.end();
        },
      });
      const { stdout, stderr } = await exec(session, { streams: "separate" });
      assert.equal(stdout, "out");
      assert.ok(stderr === flood.toString());
    });

    it("floods stderr in a transfer", async () => {
      const session = await loginTo({
        async run(channel) {
          await channel.writeError(Buffer.alloc(16 * mebibyte, "e"));
          await channel.read(1);
          await channel.write("\u0001scp: no such thing\n");
          channel.end(1);
        },
      });
      const call = daemon.request("session.scpRecv", { session, source: "x" });
      const { message } = await rejects(call, "ScpRemoteError", { exitCode: 1 });
      assert.match(message, /no such thing/);
    });

    /** Sends data without a regard for the client's window. */
    const overrun = async (
      channel: FaultChannel,
      bytes: number,
      pieceSize = 32_000,
    ): Promise<void> => {
      const head = [byte(SSH_MSG_CHANNEL_DATA), uint32(remoteNumber(channel.stream))];
      const piece = string(Buffer.alloc(pieceSize));
      const { connection } = channel;
      const state = { isOpen: true };
      void connection.closed.then(() => (state.isOpen = false));
      for (let sent = 0; sent < bytes && state.isOpen; sent += pieceSize) {
        connection.send(...head, piece);
        // In any case a turn for others, the end of the connection among them.
        await nextTurn();
        if (!connection.socket.writableNeedDrain) continue;
        const drained = new Promise((resolve) => connection.socket.once("drain", resolve));
        await Promise.race([drained, connection.closed]);
      }
    };

    it("sends more than its window, after it has used up that to the byte", async () => {
      const session = await loginTo({
        async run(channel) {
          await overrun(channel, 4 * mebibyte, 32 * 1024);
          channel.end(0);
        },
      });
      const call = exec(session, { stream: true, token: "to the byte", window: 0 });
      await rejects(call, "ConnectionLost", { dispatched: "yes", stdoutBytes: 0 });
    });

    it("sends more than its window to one who can't take it", async () => {
      const flood = 300 * mebibyte;
      const server = await serve({
        async run(channel) {
          await channel.read(1);
          await channel.write(`C0644 ${flood} x\n`);
          await overrun(channel, flood);
        },
      });
      const session = await login(daemon, server);
      // A destination that takes what fits into a pipe and no more.
      const dest = join(scope.tempDir(), "fifo");
      execFileSync("mkfifo", [dest]);
      const reader = openSync(dest, constants.O_RDONLY | constants.O_NONBLOCK);
      scope.defer(() => closeSync(reader));
      const idle = daemon.rss().current;
      const call = daemon.request("session.scpRecv", { session, source: "x", dest });
      await rejects(call, "ConnectionLost", { dispatched: "yes" });
      const grown = (daemon.rss().peak - idle) / mebibyte;
      assert.ok(grown < 100, `the daemon has grown by ${grown} MiB`);
      await watched.checkBystander();
    });

    for (const size of [0, 1]) {
      it(`sends packets of ${size} bytes to one who takes none`, async () => {
        const count = 400_000;
        const server = await serve({
          async run({ connection, stream }) {
            const { client, socket } = connection;
            const data = string(Buffer.alloc(size, "x"));
            const number = uint32(remoteNumber(stream));
            const packet = Buffer.concat([byte(SSH_MSG_CHANNEL_DATA), number, data]);
            for (let sent = 0; sent < count; sent += 2000) {
              socket.cork();
              for (let each = 0; each < 2000; each++) sendPayload(client, packet);
              socket.uncork();
              if (socket.writableNeedDrain) await once(socket, "drain");
              else await nextTurn();
            }
            connection.send(byte(SSH_MSG_CHANNEL_EOF), number);
            stream.close();
          },
        });
        const session = await login(daemon, server);
        const idle = daemon.rss().current;
        const params = { session, command: "x", stream: true, token: "packets", window: 0 };
        const running = daemon.request("session.exec", { ...params, encoding: "base64" });
        const [connection] = server.connections as [FaultConnection];
        await connection.recorded(({ type }) => type === "close");
        const grown = (daemon.rss().peak - idle) / mebibyte;
        assert.ok(grown < 60, `the daemon has grown by ${grown} MiB`);
        const all = { token: "packets", bytes: count };
        if (size > 0) await daemon.request("session.windowAdjust", all);
        assert.equal((await running).stdoutBytes, size * count);
      });
    }

    it("sends without end, and is cut off", async () => {
      const server = await serve({ run: (channel) => overrun(channel, Infinity) });
      const session = await login(daemon, server);
      const call = exec(session, { maxOutput: 100_000 });
      await rejects(call, "OutputTooLarge", {
        maxOutput: 100_000,
        output: Buffer.alloc(100_000).toString("base64"),
        encoding: "base64",
        dispatched: "yes",
      });
      await watched.checkBystander();
      await daemon.request("session.free", { session });
      await watched.noSocketsLeft();
    });
  });

  it("asks whether we are alive when the command has ended but its output hasn't", async function () {
    requires(this, "sshd");
    const config = ["ClientAliveInterval 1", "ClientAliveCountMax 3"];
    const sshd = scope.add(await startSshd({ config }));
    const session = await login(daemon, sshd);
    const { output, exitCode } = await exec(session, {
      command: "(sleep 6; echo late) & exit 5",
    });
    assert.deepEqual([output, exitCode], ["late\n", 5]);
  });
});
