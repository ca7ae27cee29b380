import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import net from "node:net";
import type { ServerChannel } from "ssh2";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import type { FaultConnection, Recorded } from "../fixtures/fault-connection.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { localNumber } from "../fixtures/ssh2-internals.ts";
import { until } from "../fixtures/until.ts";
import { login } from "./support/calls.ts";

describe("e2e: a reset of our end of a forward's connection", () => {
  const scope = useScope("suite");
  let daemon: Daemon;
  let server: FaultConnection;
  let session: number;
  /** Takes what the server forwards. */
  let arrived: (socket: net.Socket) => void;

  before(async () => {
    const fault = scope.add(await startFaultServer());
    daemon = scope.add(startDaemon());
    session = await login(daemon, fault);
    server = await fault.connection(0);
    server.client.on("request", (accept) => (accept as (port: number) => void)(4242));
    const listener = net.createServer((socket) => arrived(socket.on("error", () => {})));
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    scope.add({ [Symbol.asyncDispose]: async () => void listener.close() });
    const { port } = listener.address() as net.AddressInfo;
    await daemon.request("forward.remote", { session, bind: {}, to: { port } });
  });

  const isStopped = (pid: number) =>
    /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));

  interface Ends {
    ours: net.Socket;
    theirs: ServerChannel;
  }

  /** The server's end of the next connection that we ask it for. */
  const asked = () =>
    new Promise<ServerChannel>((resolve) =>
      server.client.once("tcpip", (accept) => resolve(accept())),
    );

  async function connect(to: number): Promise<net.Socket> {
    const socket = net.connect(to, "127.0.0.1").on("error", () => {});
    await once(socket, "connect");
    return socket;
  }

  const kinds: Record<string, () => Promise<Ends>> = {
    "forward.local": async () => {
      const params = { session, bind: {}, to: { port: 1 } };
      const theirs = asked();
      const ours = await connect((await daemon.request("forward.local", params)).port);
      return { ours, theirs: await theirs };
    },
    "forward.dynamic": async () => {
      const theirs = asked();
      const ours = await connect(
        (await daemon.request("forward.dynamic", { session, bind: {} })).port,
      );
      ours.write(Buffer.from([4, 1, 0, 1, 127, 0, 0, 1, 0]));
      await once(ours, "data");
      return { ours, theirs: await theirs };
    },
    "forward.remote": async () => {
      const arrival = new Promise<net.Socket>((resolve) => (arrived = resolve));
      const theirs = new Promise<ServerChannel>((resolve, reject) =>
        server.client.forwardOut("127.0.0.1", 4242, "192.0.2.1", 1, (error, channel) =>
          error ? reject(error) : resolve(channel),
        ),
      );
      return { ours: await arrival, theirs: await theirs };
    },
  };

  /** How the channel has ended, with what was sent behind that. */
  async function told(channel: ServerChannel): Promise<string[]> {
    const number = localNumber(channel);
    const isOf = (each: object) => "channel" in each && each.channel === number;
    const isEnd = (each: Recorded) => (each.type === "eof" || each.type === "close") && isOf(each);
    await server.recorded(isEnd);
    await daemon.request("session.exec", { session, command: "true" });
    return server.records.filter(isEnd).map(({ type }) => type);
  }

  for (const [kind, make] of Object.entries(kinds)) {
    it(`${kind}: the channel is closed, and no end of the data is told`, async () => {
      const { ours, theirs } = await make();
      const came = once(theirs, "data");
      ours.write("begin");
      await came;
      ours.resetAndDestroy();
      assert.deepEqual(await told(theirs), ["close"]);
    });

    it(`${kind}: so too while data goes both ways`, async () => {
      const { ours, theirs } = await make();
      theirs.write(Buffer.alloc(1024 * 1024));
      ours.write(Buffer.alloc(1024 * 1024));
      const came = once(theirs, "data");
      await once(ours, "data");
      await came;
      ours.resetAndDestroy();
      assert.deepEqual(await told(theirs), ["close"]);
    });

    it(`${kind}: so too where the daemon sees data and the reset at once`, async function () {
      requires(this, "proc");
      const { ours, theirs } = await make();
      const came = once(theirs, "data");
      ours.write("begin");
      await came;
      process.kill(daemon.pid, "SIGSTOP");
      try {
        await until(() => isStopped(daemon.pid), "the daemon stands");
        await new Promise((resolve) => ours.write("more", resolve));
        ours.resetAndDestroy();
        await once(ours, "close");
      } finally {
        process.kill(daemon.pid, "SIGCONT");
      }
      assert.deepEqual(await told(theirs), ["close"]);
    });

    it(`${kind}: an end of the data is told, and then a reset behind it`, async () => {
      const { ours, theirs } = await make();
      ours.end("all of it");
      theirs.resume();
      await once(theirs, "end");
      ours.resetAndDestroy();
      theirs.write("to nobody");
      await once(theirs, "close");
      assert.deepEqual(await told(theirs), ["eof", "close"]);
    });
  }
});
