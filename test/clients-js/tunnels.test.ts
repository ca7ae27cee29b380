import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync } from "node:fs";
import { connect as connectTo, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import type { Session } from "../../clients/js/index.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { Lab } from "./lab.ts";

describe("JavaScript client: connect and forward", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let session: Session;

  before(async function () {
    requires(this, "sshd");
    const lab = await Lab.start(suite);
    session = suite.add(await lab.connect());
  });

  /** A server on loopback, until the test's end: its port. */
  async function serve(onConnection: (socket: Socket) => void, path?: string): Promise<number> {
    const sockets = new Set<Socket>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      onConnection(socket);
    });
    if (path === undefined) server.listen(0, "127.0.0.1");
    else server.listen(path);
    await once(server, "listening");
    scope.defer(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return path === undefined ? (server.address() as AddressInfo).port : 0;
  }

  const echo = (socket: Socket): void => void socket.pipe(socket);

  it("is a stream to where the server connects", async () => {
    const port = await serve(echo);
    const socket = session.connect({ host: "127.0.0.1", port });
    assert.ok(socket.connecting);
    await once(socket, "connect");
    assert.deepEqual([socket.connecting, socket.remotePort], [false, port]);
    const bytes = Buffer.alloc(3_000_000, "x");
    const received = buffer(socket);
    socket.end(bytes);
    assert.deepEqual(await received, bytes);
    assert.deepEqual([socket.bytesRead, socket.bytesWritten], [bytes.length, bytes.length]);
  });

  it("takes what is written before it is connected, and what a client of a database asks", async () => {
    const port = await serve(echo);
    const socket = session.connect({ host: "127.0.0.1", port });
    // As pg does.
    socket.setNoDelay().setKeepAlive().connect(port, "127.0.0.1");
    socket.write("early");
    const [answer] = (await once(socket, "data")) as [Buffer];
    assert.equal(answer.toString(), "early");
    socket.setTimeout(20);
    await once(socket, "timeout");
    socket.destroy();
    await once(socket, "close");
  });

  it("goes to a Unix socket of the server's", async () => {
    const path = join(scope.tempDir(), "socket");
    await serve((socket) => socket.end("hello"), path);
    chmodSync(join(path, ".."), 0o777);
    chmodSync(path, 0o777);
    assert.equal(await text(session.connect({ socketPath: path })), "hello");
  });

  it("says that the server can't", async () => {
    const socket = session.connect({ host: "127.0.0.1", port: 1 });
    await assert.rejects(once(socket, "connect"), { kind: "ConnectFailed" });
  });

  it("forwards a local port", async () => {
    const port = await serve(echo);
    await using forward = await session.forward.local({ port: 0 }, { port });
    const socket = connectTo(forward.port ?? 0, forward.host);
    scope.defer(() => socket.destroy());
    socket.end("through");
    assert.equal(await text(socket), "through");
    await forward.close();
    await forward.close();
    const [error] = await once(connectTo(forward.port ?? 0, forward.host), "error");
    assert.equal((error as NodeJS.ErrnoException).code, "ECONNREFUSED");
  });

  it("tells of a connection that can't be made", async () => {
    await using forward = await session.forward.local(undefined, { host: "127.0.0.1", port: 1 });
    const failed = once(forward, "failed");
    const socket = connectTo(forward.port ?? 0, forward.host).on("error", () => {});
    scope.defer(() => socket.destroy());
    const [{ to, kind }] = await failed;
    assert.deepEqual([to, kind], [{ host: "127.0.0.1", port: 1 }, "ConnectFailed"]);
  });

  it("has the server listen, and is a SOCKS proxy", async () => {
    const port = await serve(echo);
    await using remote = await session.forward.remote({ port: 0 }, { port });
    const socket = connectTo(remote.port ?? 0, "127.0.0.1");
    scope.defer(() => socket.destroy());
    socket.end("back");
    assert.equal(await text(socket), "back");
    await using dynamic = await session.forward.dynamic();
    const socks = connectTo(dynamic.port ?? 0, dynamic.host);
    scope.defer(() => socks.destroy());
    socks.write(Buffer.from([5, 1, 0]));
    await once(socks, "data");
    socks.write(Buffer.from([5, 1, 0, 1, 127, 0, 0, 1, port >> 8, port & 255]));
    const [answer] = (await once(socks, "data")) as [Buffer];
    assert.deepEqual([...answer.subarray(0, 2)], [5, 0]);
  });
});
