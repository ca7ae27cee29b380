import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, existsSync, statSync } from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json, Message } from "../fixtures/daemon.ts";
import { startDropbear } from "../fixtures/dropbear.ts";
import { pseudoRandomBytes } from "../fixtures/files.ts";
import { startForeignServer } from "../fixtures/foreign-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { failureOf, login } from "./support/calls.ts";
import type { Target } from "./support/calls.ts";

const mebibyte = 1024 * 1024;

describe("forwards", function () {
  this.timeout(60_000);
  const scope = useScope("suite");

  /** Listens on loopback until the suite ends. */
  async function listen(onConnection: (socket: net.Socket) => void, path?: string) {
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
      socket.on("error", () => {});
      onConnection(socket);
    });
    server.listen(path === undefined ? { host: "127.0.0.1", port: 0 } : { path });
    await once(server, "listening");
    scope.add({ [Symbol.asyncDispose]: async () => void server.close() });
    return path === undefined ? (server.address() as net.AddressInfo).port : 0;
  }

  const echo = (socket: net.Socket) => socket.pipe(socket);

  async function connect(to: { port: number } | { path: string }): Promise<net.Socket> {
    const socket = net.connect({ host: "127.0.0.1", ...to, allowHalfOpen: true });
    await once(socket, "connect");
    return socket;
  }

  /** Sends all, ends, and gives what comes until the other side's end. */
  async function exchange(socket: net.Socket, bytes: Buffer): Promise<Buffer> {
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.end(bytes);
    await once(socket, "close");
    return Buffer.concat(chunks);
  }

  /** All up to the other side's end, behind which it can be written to yet. */
  async function readToEnd(socket: net.Socket): Promise<string> {
    let whole = "";
    socket.on("data", (chunk: Buffer) => (whole += chunk.toString()));
    await once(socket, "end");
    return whole;
  }

  /** The next bytes, as many. */
  async function read(socket: net.Socket, size: number): Promise<string> {
    for (;;) {
      const bytes = socket.read(size) as Buffer | null;
      if (bytes) return bytes.toString();
      await once(socket, "readable");
    }
  }

  const starters = {
    sshd: () => startSshd({ unprivileged: true }),
    dropbear: () => startDropbear(),
    "x/crypto": () => startForeignServer("x/crypto"),
  };
  for (const name of ["sshd", "dropbear", "x/crypto"] as const) {
    describe(`over ${name}`, () => {
      let daemon: Daemon;
      let server: Target & AsyncDisposable;
      let session: number;
      let echoPort: number;

      before(async function () {
        requires(this, name, "sshd");
        server = scope.add(await starters[name]());
        daemon = scope.add(startDaemon());
        session = await login(daemon, server);
        echoPort = await listen(echo);
      });

      const forwards = async () => (await daemon.request("daemon.status")).forwards as Json[];
      const told = (method: string, forward: number) =>
        daemon.waitFor((message: Message) => {
          return message.method === method && message.params.forward === forward;
        });

      it("forward.local: bytes both ways, half-closed, in order and whole", async () => {
        const { forward, host, port } = await daemon.request("forward.local", {
          session,
          bind: {},
          to: { port: echoPort },
        });
        assert.equal(host, "127.0.0.1");
        const bytes = pseudoRandomBytes(8 * mebibyte);
        const came = await exchange(await connect({ port }), bytes);
        assert.ok(came.equals(bytes));
        const own = async () => (await forwards()).find((each) => each["forward"] === forward);
        await until(async () => (await own())?.["connections"] === 0, "the connection is over", 40);
        const status = await own();
        assert.ok(status);
        assert.equal(status["bytesReceived"], bytes.length);
        assert.equal(status["bytesSent"], bytes.length);
        assert.equal(await daemon.request("forward.close", { forward }), true);
        const refused = net.connect({ host: "127.0.0.1", port });
        const [error] = await once(refused, "error");
        assert.equal(error.code, "ECONNREFUSED");
        assert.equal(await daemon.request("forward.close", { forward }), true);
      });

      it("forward.local at a Unix socket, for its owner alone, which is removed", async () => {
        const path = join(scope.tempDir(), "socket");
        const { forward, path: at } = await daemon.request("forward.local", {
          session,
          bind: { path },
          to: { port: echoPort },
        });
        assert.equal(at, path);
        assert.equal(statSync(path).mode & 0o777, 0o600);
        const came = await exchange(await connect({ path }), Buffer.from("hello"));
        assert.equal(came.toString(), "hello");
        await daemon.request("forward.close", { forward });
        await until(() => !existsSync(path), "the socket is removed");
      });

      it("forward.local, in a hundred connections at once", async () => {
        const { forward, port } = await daemon.request("forward.local", {
          session,
          bind: { port: 0 },
          to: { host: "127.0.0.1", port: echoPort },
        });
        const all = Array.from({ length: 100 }, async (_, index) => {
          const bytes = pseudoRandomBytes(10_000 + index);
          const came = await exchange(await connect({ port }), bytes);
          return came.equals(bytes);
        });
        assert.ok((await Promise.all(all)).every(Boolean));
        await daemon.request("forward.close", { forward });
      });

      it("forward.local: what the server can't connect to is told, and reset", async () => {
        const { forward, port } = await daemon.request("forward.local", {
          session,
          bind: {},
          to: { port: 1 },
        });
        // The reset may come before the connect has been told.
        const [error] = await once(net.connect({ host: "127.0.0.1", port }), "error");
        assert.equal(error.code, "ECONNRESET");
        const { params } = await told("forward/failed", forward);
        assert.equal(params.kind, "ConnectFailed");
        assert.equal(params.reason, 2);
        assert.deepEqual(params.to, { host: "127.0.0.1", port: 1 });
        await daemon.request("forward.close", { forward });
      });

      it("forward.local where somebody listens already: ForwardRefused", async () => {
        const error = await failureOf(
          daemon.request("forward.local", {
            session,
            bind: { port: echoPort },
            to: { port: echoPort },
          }),
        );
        assert.deepEqual([error.data.kind, error.data.errno], ["ForwardRefused", "EADDRINUSE"]);
        assert.match(error.message, /the address is in use/);
      });

      it("forward.remote: the server listens, we connect", async () => {
        const { forward, port } = await daemon.request("forward.remote", {
          session,
          bind: {},
          to: { port: echoPort },
        });
        assert.ok(port > 0);
        const bytes = pseudoRandomBytes(4 * mebibyte);
        const came = await exchange(await connect({ port }), bytes);
        assert.ok(came.equals(bytes));
        await daemon.request("forward.close", { forward });
        // Dropbear doesn't find the port again that it chose itself: it listens on, and we refuse.
        const refused = net.connect({ host: "127.0.0.1", port, allowHalfOpen: true }).resume();
        const outcome = await Promise.race([once(refused, "error"), once(refused, "end")]);
        if (name !== "dropbear") assert.equal(outcome[0]?.code, "ECONNREFUSED");
        assert.equal(refused.bytesRead, 0);
        refused.destroy();
      });

      it("forward.remote where nobody listens on our side: told", async () => {
        const { forward, port } = await daemon.request("forward.remote", {
          session,
          bind: {},
          to: { port: 1 },
        });
        const socket = net.connect(port, "127.0.0.1").on("error", () => {});
        socket.resume().end();
        await new Promise((resolve) => socket.once("close", resolve));
        const { params } = await told("forward/failed", forward);
        assert.equal(params.errno, "ECONNREFUSED");
        await daemon.request("forward.close", { forward });
      });

      it("forward.remote where the server can't listen: ForwardRefused", async function () {
        // Dropbear listens beside whoever listens already.
        if (name === "dropbear") return;
        const error = await failureOf(
          daemon.request("forward.remote", {
            session,
            bind: { port: echoPort },
            to: { port: echoPort },
          }),
        );
        assert.deepEqual([error.data.kind, error.data.dispatched], ["ForwardRefused", "no"]);
      });

      it("forward.dynamic: SOCKS 5 by name, 4 by address, 4a by name", async () => {
        const { forward, port } = await daemon.request("forward.dynamic", { session, bind: {} });
        const [high, low] = [echoPort >> 8, echoPort & 0xff];
        const local = Buffer.from("localhost");
        const address = Buffer.from("127.0.0.1");
        const requests: [string, Buffer[], number][] = [
          ["5", [Buffer.from([5, 1, 0]), Buffer.from([5, 1, 0, 3, 9, ...local, high, low])], 12],
          ["5, address", [Buffer.from([5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, high, low])], 12],
          [
            "5, an address as a name, as Firefox asks",
            [Buffer.from([5, 1, 0]), Buffer.from([5, 1, 0, 3, 9, ...address, high, low])],
            12,
          ],
          ["4", [Buffer.from([4, 1, high, low, 127, 0, 0, 1, 0])], 8],
          ["4a", [Buffer.from([4, 1, high, low, 0, 0, 0, 1, 0, ...local, 0])], 8],
        ];
        for (const [version, parts, replySize] of requests) {
          const socket = await connect({ port });
          for (const part of parts) socket.write(part);
          const came = await exchange(socket, Buffer.from("through"));
          assert.equal(came.subarray(replySize).toString(), "through", version);
        }
        const socket = await connect({ port });
        socket.write(Buffer.from([5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, 0, 1]));
        const reply = await exchange(socket, Buffer.alloc(0));
        assert.equal(reply[3], 5);
        await daemon.request("forward.close", { forward });
      });

      /** A connection through each kind of forward to whatever listens at a port of this machine. */
      const kinds: Record<
        string,
        (port: number) => Promise<{ forward: number; near: net.Socket }>
      > = {
        "forward.local": async (port) => {
          const made = await daemon.request("forward.local", { session, bind: {}, to: { port } });
          return { forward: made.forward, near: await connect({ port: made.port }) };
        },
        "forward.remote": async (port) => {
          const made = await daemon.request("forward.remote", { session, bind: {}, to: { port } });
          return { forward: made.forward, near: await connect({ port: made.port }) };
        },
        "forward.dynamic": async (port) => {
          const { forward, port: proxy } = await daemon.request("forward.dynamic", {
            session,
            bind: {},
          });
          const near = await connect({ port: proxy });
          near.write(Buffer.from([4, 1, port >> 8, port & 0xff, 127, 0, 0, 1, 0]));
          // The reply.
          await read(near, 8);
          return { forward, near };
        },
      };

      for (const [kind, make] of Object.entries(kinds)) {
        /** Both ends of a connection. */
        async function ends() {
          let arrived!: (socket: net.Socket) => void;
          const arrival = new Promise<net.Socket>((resolve) => (arrived = resolve));
          const { forward, near } = await make(await listen(arrived));
          // Nothing is through until something is.
          near.write("begin");
          const far = await arrival;
          await read(far, "begin".length);
          return { forward, near, far };
        }

        for (const first of ["near", "far"] as const) {
          it(`${kind}: the ${first} end ends, and hears the other one yet`, async () => {
            const made = await ends();
            const [one, other] = first === "near" ? [made.near, made.far] : [made.far, made.near];
            const whole = readToEnd(other);
            one.end("that is all");
            assert.equal(await whole, "that is all");
            other.write("not ");
            assert.equal(await read(one, 4), "not ");
            other.end("here");
            assert.equal(await readToEnd(one), "here");
            await daemon.request("forward.close", { forward: made.forward });
          });

          it(`${kind}: the ${first} end resets, and the other one is not left`, async () => {
            const made = await ends();
            const [one, other] = first === "near" ? [made.near, made.far] : [made.far, made.near];
            const gone = new Promise<string>((resolve) => {
              other.on("error", ({ code }: NodeJS.ErrnoException) => resolve(code ?? ""));
              other.on("end", () => resolve("end")).resume();
            });
            one.resetAndDestroy();
            const outcome = await gone;
            // From the server's side it is an end: many close so whatever the reason. From ours it is
            // a close without an EOF, of which only x/crypto's server is known to make a reset.
            const isOurs = (kind === "forward.remote") === (first === "far");
            if (!isOurs) assert.equal(outcome, "end");
            else if (name === "x/crypto") assert.equal(outcome, "ECONNRESET");
            else assert.match(outcome, /^(ECONNRESET|end)$/);
            other.destroy();
            const own = async () =>
              (await forwards()).find((each) => each["forward"] === made.forward);
            await until(
              async () => (await own())?.["connections"] === 0,
              "nothing is left of it",
              40,
            );
            await daemon.request("forward.close", { forward: made.forward });
          });
        }
      }

      it("Unix sockets of the server's: to one, and at one", async function () {
        // It refuses both.
        if (name === "dropbear") return;
        const folder = scope.tempDir();
        // For whoever the server runs as.
        chmodSync(folder, 0o777);
        const there = join(folder, "there");
        await listen(echo, there);
        chmodSync(there, 0o777);
        const local = await daemon.request("forward.local", {
          session,
          bind: {},
          to: { path: there },
        });
        const bytes = pseudoRandomBytes(mebibyte);
        assert.ok((await exchange(await connect({ port: local.port }), bytes)).equals(bytes));
        await daemon.request("forward.close", { forward: local.forward });
        const path = join(folder, "at");
        const request = { session, bind: { path }, to: { port: echoPort } };
        const remote = await daemon.request("forward.remote", request);
        assert.equal(remote.path, path);
        assert.ok((await exchange(await connect({ path }), bytes)).equals(bytes));
        await daemon.request("forward.close", { forward: remote.forward });
        const [error] = await once(net.connect(path), "error");
        assert.match(error.code, /^(ENOENT|ECONNREFUSED)$/);
      });

      it("forward.close leaves connections; with abort it resets them", async () => {
        for (const abort of [false, true]) {
          const { forward, port } = await daemon.request("forward.local", {
            session,
            bind: {},
            to: { port: echoPort },
          });
          const socket = await connect({ port });
          socket.write("a");
          await once(socket, "data");
          const ended = once(socket, "close").catch((error: unknown) => [error]);
          await daemon.request("forward.close", { forward, abort });
          if (abort) await ended;
          else assert.equal((await exchange(socket, Buffer.from("b"))).toString(), "b");
        }
      });

      for (const slow of ["far", "near"] as const) {
        it(`a slow ${slow} end slows the other one, and not the session`, async () => {
          const sent = pseudoRandomBytes(64 * mebibyte);
          let arrived!: (socket: net.Socket) => void;
          const arrival = new Promise<net.Socket>((resolve) => (arrived = resolve));
          const port = await listen((socket) => arrived(socket.pause()));
          const made = await daemon.request("forward.local", { session, bind: {}, to: { port } });
          const near = (await connect({ port: made.port })).pause();
          const far = await arrival;
          const [source, sink] = slow === "far" ? [near, far] : [far, near];
          source.write(sent);
          // What was taken of it, and is the most that the daemon can hold: in the end no more.
          const field = slow === "far" ? "bytesReceived" : "bytesSent";
          const taken = async () => {
            const own = (await forwards()).find((each) => each["forward"] === made.forward);
            return own?.[field] as number;
          };
          let [before, still] = [0, 0];
          await until(
            async () => {
              const now = await taken();
              still = now > 0 && now === before ? still + 1 : 0;
              before = now;
              return still === 50 || now >= sent.length / 2;
            },
            "no more is taken",
            40,
          );
          assert.ok(before < sent.length / 2, `${before} bytes were taken`);
          const { exitCode } = await daemon.request("session.exec", { session, command: "true" });
          // Its fixture's commands end so.
          assert.equal(exitCode, name === "x/crypto" ? 5 : 0);
          const chunks: Buffer[] = [];
          const whole = new Promise<void>((resolve) => {
            let bytes = 0;
            sink.on("data", (chunk: Buffer) => {
              chunks.push(chunk);
              bytes += chunk.length;
              if (bytes === sent.length) resolve();
            });
          });
          sink.resume();
          await whole;
          assert.ok(Buffer.concat(chunks).equals(sent));
          near.destroy();
          far.destroy();
          await daemon.request("forward.close", { forward: made.forward, abort: true });
        });
      }

      it("session.connect: a connection over the wire, half-closed, its bytes counted", async () => {
        const token = `connect-${name}`;
        const ended = daemon.request("session.connect", {
          session,
          host: "127.0.0.1",
          port: echoPort,
          token,
        });
        await daemon.request("session.write", { token, data: "grüße\n" });
        await daemon.waitFor((message: Message) => message.params?.token === token);
        await daemon.request("session.closeStdin", { token });
        assert.deepEqual(await ended, { bytesReceived: 8, bytesSent: 8 });
        const came = daemon.messages.filter(({ params }) => params?.token === token);
        assert.equal(came.map(({ params }) => params.data).join(""), "grüße\n");
      });

      it("session.connect: an empty piece tells that the other end sends no more", async () => {
        const other = net.createServer({ allowHalfOpen: true }, (socket) => socket.end("bye"));
        await new Promise<void>((resolve) => void other.listen(0, "127.0.0.1", resolve));
        const { port } = other.address() as net.AddressInfo;
        const token = `half-${name}`;
        const ended = daemon.request("session.connect", {
          session,
          host: "127.0.0.1",
          port,
          token,
        });
        const isOurs = ({ params }: Message) => params?.token === token;
        await daemon.waitFor((message) => isOurs(message) && message.params.data === "");
        const came = daemon.messages.filter(isOurs).map(({ params }) => params.data);
        assert.deepEqual([came.join(""), came.at(-1)], ["bye", ""]);
        await daemon.request("session.closeStdin", { token });
        assert.deepEqual(await ended, { bytesReceived: 3, bytesSent: 0 });
        other.close();
      });

      it("session.connect that the server can't make: ConnectFailed", async () => {
        const request = { session, host: "127.0.0.1", port: 1, token: "none" };
        const error = await failureOf(daemon.request("session.connect", request));
        assert.deepEqual(
          [error.data.kind, error.data.reason, error.data.dispatched],
          ["ConnectFailed", 2, "no"],
        );
      });

      it("all end with their session, and the client is told", async () => {
        const own = await login(daemon, server);
        const made = [
          await daemon.request("forward.local", { session: own, bind: {}, to: { port: echoPort } }),
          await daemon.request("forward.remote", {
            session: own,
            bind: {},
            to: { port: echoPort },
          }),
          await daemon.request("forward.dynamic", { session: own, bind: {} }),
        ] as { forward: number; port: number }[];
        const socket = await connect({ port: made[0]?.port as number });
        const gone = text(socket).catch((error: unknown) => error);
        await daemon.request("session.free", { session: own });
        for (const { forward } of made) {
          const { params } = await told("forward/closed", forward);
          assert.equal(params.reason, "session");
        }
        await gone;
        assert.deepEqual(await forwards(), []);
      });
    });
  }
});
