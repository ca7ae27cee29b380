import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import type ssh2 from "ssh2";
import { firstWindow } from "../../../../src/ssh/flow/receive-window.ts";
import { Recent } from "../../../../src/ssh/flow/recent.ts";
import { RoundTrip } from "../../../../src/ssh/flow/round-trip.ts";
import { tunnel } from "../../../../src/ssh/connection/channels/tunnel.ts";
import type { Transport } from "../../../../src/ssh/flow/transport.ts";
import type { TunnelChannel } from "../../../../src/ssh/ssh2/tunnel-channel.ts";
import { startFaultServer } from "../../../fixtures/fault-server.ts";
import { pseudoRandomBytes } from "../../../fixtures/files.ts";
import { useScope } from "../../../fixtures/scope.ts";
import { connectRaw } from "../../../fixtures/ssh-connection.ts";
import { TcpProxy } from "../../../fixtures/tcp-proxy.ts";
import { until } from "../../../fixtures/until.ts";

const mebibyte = 1024 * 1024;

describe("a tunnel", () => {
  const scope = useScope();
  const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

  /** A tunnel to what sends `bytes`, over a link of `delay` milliseconds each way. */
  async function start(bytes: Buffer, delay: number) {
    const server = scope.add(await startFaultServer());
    const proxy = scope.add(await TcpProxy.start({ target: server }));
    const { username, password } = server;
    const { host, port } = proxy;
    const ours = await connectRaw(scope, { host, port, username, password });
    const connection = await server.connection(0);
    const tunnels: ssh2.ServerChannel[] = [];
    connection.client.on("tcpip", (accept: () => ssh2.ServerChannel) => {
      const channel = accept();
      tunnels.push(channel);
      // Where there is nothing to send, it stays open, and nothing is read.
      if (bytes.length > 0) channel.end(bytes);
    });
    proxy.delay = delay;
    const roundTrip = new RoundTrip();
    const askedAt = performance.now();
    const unexpected = () => assert.fail("the server keeps to its window");
    const settled = async () => {};
    const carrying = {
      drained: settled,
      nextTurn: settled,
      onOverrun: unexpected,
      roundTrip,
      asked: new Recent(1000),
    };
    const transport = await ours.connection.openDirectTcpip("x", 1, (channel) => {
      roundTrip.note(performance.now() - askedAt);
      return tunnel(carrying, channel);
    });
    const grants = () =>
      connection.records.flatMap((what) => (what.type === "window" ? [what.bytes] : []));
    return { transport, proxy, grants, connection, tunnels };
  }

  it("has a window that grows with the link, and what comes through it is whole", async () => {
    const bytes = pseudoRandomBytes(32 * mebibyte);
    const { transport, grants } = await start(bytes, 100);
    const came: Buffer[] = [];
    transport.on("data", (chunk: Buffer) => came.push(chunk));
    await once(transport, "end");
    assert.equal(sha256(Buffer.concat(came)), sha256(bytes));
    // In one piece no more can be granted than the window has.
    assert.ok(Math.max(...grants()) > firstWindow, grants().join(" "));
  });

  it("takes no more than its first window where nobody reads, and the rest when somebody does", async () => {
    const bytes = pseudoRandomBytes(8 * mebibyte);
    const { transport, proxy, grants } = await start(bytes, 0);
    await until(() => proxy.bytes.down > firstWindow, "the first window is used up");
    assert.deepEqual(grants(), []);
    const came: Buffer[] = [];
    transport.on("data", (chunk: Buffer) => came.push(chunk));
    await once(transport, "end");
    assert.equal(sha256(Buffer.concat(came)), sha256(bytes));
  });

  for (const [end, how] of [
    ["the server closes its channel", (channel: ssh2.ServerChannel) => channel.close()],
    ["it is given up", (_: ssh2.ServerChannel, transport: Transport) => transport.destroy()],
  ] as const) {
    it(`ends a write that waits for the server's window where ${end}`, async () => {
      const { transport, proxy, tunnels } = await start(Buffer.alloc(0), 0);
      const [channel] = tunnels;
      assert.ok(channel);
      transport.on("error", () => {}).resume();
      let isTaken = false;
      const taken = new Promise<void>((resolve) => {
        transport.write(Buffer.alloc(2 * firstWindow), () => {
          isTaken = true;
          resolve();
        });
      });
      await until(() => proxy.bytes.up > firstWindow, "the server's window is used up");
      assert.equal(isTaken, false);
      how(channel, transport);
      await taken;
    });
  }

  it("lets the server end when its connection is given up", async () => {
    const { transport, proxy, connection } = await start(pseudoRandomBytes(8 * mebibyte), 0);
    await until(() => proxy.bytes.down > firstWindow, "the first window is used up");
    transport.destroy();
    await connection.recorded(({ type }) => type === "close");
  });

  it("puts small packets together that come while nobody reads", async () => {
    let take!: Parameters<TunnelChannel["read"]>[0];
    const unused = () => {};
    const channel: Partial<TunnelChannel> = {
      packetSize: 32_768,
      read: (taking) => (take = taking),
      adjustWindow: unused,
      onEnd: unused,
      onClose: unused,
      close: unused,
    };
    const transport = tunnel(
      {
        drained: () => undefined,
        nextTurn: async () => {},
        onOverrun: unused,
        roundTrip: new RoundTrip(),
        asked: new Recent(1000),
      },
      channel as TunnelChannel,
    );
    let came = 0;
    transport.on("data", (chunk: Buffer) => (came += chunk.length)).pause();
    const count = 256 * 1024;
    for (let n = 0; n < count; n++) {
      take("stdout", Buffer.from("x"));
      // The stream asks for more.
      if (n % 1024 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    // A stream holds each packet by itself; the tunnel puts small ones together.
    assert.ok(transport.readableLength <= 16 * 1024, `${transport.readableLength}`);
    transport.resume();
    await until(() => came === count, "all has come");
    transport.destroy();
  });
});
