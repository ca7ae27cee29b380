import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import type { Daemon, Message } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import type { FaultConnection } from "../fixtures/fault-connection.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { seePayloads } from "../fixtures/ssh2-internals.ts";
import { until } from "../fixtures/until.ts";
import { byte, string, uint32 } from "../fixtures/wire.ts";
import { failureOf, login } from "./support/calls.ts";
import { startWatched } from "./support/watched.ts";
import type { Watched } from "./support/watched.ts";

const SSH_MSG_CHANNEL_OPEN = 90;
const SSH_MSG_CHANNEL_OPEN_CONFIRMATION = 91;
const SSH_MSG_CHANNEL_OPEN_FAILURE = 92;
const SSH_MSG_CHANNEL_DATA = 94;

/** A server's way with forwards, a connection at a time. */
interface Hostile {
  readonly session: number;
  readonly server: FaultConnection;
  /** Opens a channel to the client. @returns our number for it */
  readonly open: (type: string, ...data: Buffer[]) => number;
  /** The client's answer to an open: its message. */
  readonly answer: (channel: number) => Promise<Buffer>;
}

describe("e2e: a server that misbehaves with forwards", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let watched: Watched;
  let daemon: Daemon;

  before(async function () {
    requires(this, "proc");
    watched = await startWatched(suite);
    daemon = watched.daemon;
  });

  type Request = (accept: (port?: number) => void, reject: () => void, name: string) => void;

  async function hostile(
    onForward: (hostile: Hostile, ...request: Parameters<Request>) => void = (_, accept) =>
      accept(4242),
    { window = 1 << 20, packetSize = 32_768 } = {},
  ): Promise<Hostile> {
    const answers = new Map<number, Buffer>();
    let wake = () => {};
    let next = 500;
    let made!: Hostile;
    const fault = scope.add(await startFaultServer());
    const connected = fault.connection(0);
    void connected.then((server) => {
      const { client } = server;
      client.on("ready", () =>
        seePayloads(client, (payload) => {
          const type = payload[0];
          if (type === SSH_MSG_CHANNEL_OPEN_CONFIRMATION || type === SSH_MSG_CHANNEL_OPEN_FAILURE) {
            answers.set(payload.readUInt32BE(1), Buffer.from(payload));
            wake();
          }
        }),
      );
      client.on("request", (accept, reject, name) =>
        onForward(made, accept as unknown as Parameters<Request>[0], reject as () => void, name),
      );
    });
    const session = await login(daemon, fault);
    const server = await connected;
    made = {
      session,
      server,
      open(type, ...data) {
        const channel = next++;
        server.send(
          byte(SSH_MSG_CHANNEL_OPEN),
          string(type),
          uint32(channel),
          uint32(window),
          uint32(packetSize),
          ...data,
        );
        return channel;
      },
      async answer(channel) {
        for (;;) {
          const answer = answers.get(channel);
          if (answer) return answer;
          await new Promise<void>((resolve) => (wake = resolve));
        }
      },
    };
    return made;
  }

  const forwarded = (port: number, host = "127.0.0.1") => [
    string(host),
    uint32(port),
    string("192.0.2.1"),
    uint32(1),
  ];

  async function listening(): Promise<{ port: number; connections: net.Socket[] }> {
    const connections: net.Socket[] = [];
    const server = net.createServer((socket) => {
      socket.on("error", () => {});
      connections.push(socket);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    scope.add({
      [Symbol.asyncDispose]: async () => {
        server.close();
        for (const socket of connections) socket.destroy();
      },
    });
    return { port: (server.address() as net.AddressInfo).port, connections };
  }

  it("opens channels that nobody asked for: each is refused", async () => {
    const { open, answer } = await hostile();
    const opened = [
      open("forwarded-tcpip", ...forwarded(80)),
      open("forwarded-streamlocal@openssh.com", string("/tmp/socket"), string("")),
      open("forwarded-streamlocal@openssh.com", string("constructor"), string("")),
      open("forwarded-streamlocal@openssh.com", string("\0agent"), string("")),
      open("auth-agent@openssh.com"),
      open("x11", string("192.0.2.1"), uint32(1)),
      open("session"),
      open("direct-tcpip", ...forwarded(22)),
    ];
    for (const channel of opened) {
      assert.equal((await answer(channel))[0], SSH_MSG_CHANNEL_OPEN_FAILURE, `${channel}`);
    }
    await watched.checkBystander();
  });

  it("opens ten thousand that nobody asked for: no memory is left with them", async () => {
    const { open, answer, session } = await hostile();
    const channels = Array.from({ length: 10_000 }, () =>
      open("forwarded-tcpip", ...forwarded(80)),
    );
    await answer(channels.at(-1) as number);
    const { memory } = await daemon.request("daemon.status");
    assert.ok(memory.external < 32 * 1024 * 1024, `${memory.external}`);
    await daemon.request("session.free", { session });
    await watched.checkBystander();
  });

  it("opens one for an address that it lies about: it is refused", async () => {
    const { session, open, answer } = await hostile();
    const { port, connections } = await listening();
    await daemon.request("forward.remote", { session, bind: {}, to: { port } });
    for (const lie of [forwarded(4242, "192.0.2.7"), forwarded(4243), forwarded(0)]) {
      assert.equal(
        (await answer(open("forwarded-tcpip", ...lie)))[0],
        SSH_MSG_CHANNEL_OPEN_FAILURE,
      );
    }
    const truth = open("forwarded-tcpip", ...forwarded(4242));
    assert.equal((await answer(truth))[0], SSH_MSG_CHANNEL_OPEN_CONFIRMATION);
    await until(() => connections.length === 1, "the connection that is none of the lies");
  });

  it("opens one right behind its agreement: it is taken", async () => {
    let early: number | undefined;
    const { session, answer } = await hostile(({ open, server }, accept) => {
      server.socket.cork();
      accept(4242);
      early = open("forwarded-tcpip", ...forwarded(4242));
      server.socket.uncork();
    });
    const { port } = await listening();
    await daemon.request("forward.remote", { session, bind: {}, to: { port } });
    assert.equal((await answer(early as number))[0], SSH_MSG_CHANNEL_OPEN_CONFIRMATION);
  });

  it("opens one with a maximum packet size of 0: it is refused, and nothing hangs", async () => {
    const { session, open, answer } = await hostile(undefined, { packetSize: 0 });
    const { port } = await listening();
    await daemon.request("forward.remote", { session, bind: {}, to: { port } });
    const channel = open("forwarded-tcpip", ...forwarded(4242));
    assert.equal((await answer(channel))[0], SSH_MSG_CHANNEL_OPEN_FAILURE);
    await watched.checkBystander();
  });

  it("sends more than the window allows: the session ends, and nothing else", async () => {
    const { session, open, answer, server } = await hostile();
    const { port, connections } = await listening();
    await daemon.request("forward.remote", { session, bind: {}, to: { port } });
    const confirmed = await answer(open("forwarded-tcpip", ...forwarded(4242)));
    await until(() => connections.length === 1, "it is connected");
    connections[0]?.pause();
    const channel = confirmed.readUInt32BE(5);
    const piece = Buffer.alloc(32_768, "x");
    const lost = daemon.waitFor(
      ({ method, params }: Message) => method === "session/closed" && params.session === session,
    );
    for (let sent = 0; sent < 32 * 1024 * 1024; sent += piece.length) {
      server.send(byte(SSH_MSG_CHANNEL_DATA), uint32(channel), string(piece));
    }
    assert.match((await lost).params.reason.message, /more than its window allows/);
    await watched.checkBystander();
  });

  it("grants the same address twice: the second call is refused, the first goes on", async () => {
    const { session, open, answer } = await hostile();
    const first = await listening();
    const request = (port: number) =>
      daemon.request("forward.remote", { session, bind: {}, to: { port } });
    await request(first.port);
    const second = await listening();
    const error = await failureOf(request(second.port));
    assert.equal(error.data.kind, "ForwardRefused");
    await answer(open("forwarded-tcpip", ...forwarded(4242)));
    await until(() => first.connections.length === 1, "the first is connected to");
    assert.equal(second.connections.length, 0);
  });

  it("never answers: the call ends at its deadline, and what is granted late is given back", async () => {
    const asked: string[] = [];
    const answers: (() => void)[] = [];
    const { session } = await hostile((_, accept, _reject, name) => {
      asked.push(name);
      answers.push(() => accept(4242));
    });
    const request = { session, bind: {}, to: { port: 1 }, timeout: 0.2 };
    const error = await failureOf(daemon.request("forward.remote", request));
    assert.deepEqual([error.data.kind, error.data.dispatched], ["Timeout", "maybe"]);
    const { forwards } = await daemon.request("daemon.status");
    assert.deepEqual(forwards, []);
    answers[0]?.();
    await until(() => asked.length === 2, "it is given back");
    assert.deepEqual(asked, ["tcpip-forward", "cancel-tcpip-forward"]);
    await watched.checkBystander();
  });

  it("refuses: no more is told of a forward that never was", async () => {
    const { session } = await hostile((_, _accept, reject) => reject());
    const own = await listening();
    const failed = await failureOf(
      daemon.request("forward.remote", { session, bind: {}, to: { port: 1 } }),
    );
    assert.deepEqual([failed.data.kind, failed.data.dispatched], ["ForwardRefused", "no"]);
    await failureOf(
      daemon.request("forward.local", { session, bind: { port: own.port }, to: { port: 1 } }),
    );
    const before = daemon.messages.length;
    await daemon.request("session.free", { session });
    await watched.checkBystander();
    const told = daemon.messages.slice(before).filter(({ method }) => method === "forward/closed");
    assert.deepEqual(told, []);
  });
});
