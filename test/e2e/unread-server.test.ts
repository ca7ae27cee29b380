import assert from "node:assert/strict";
import { once } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import type { FaultChannel } from "../fixtures/fault-channel.ts";
import type { FaultConnection } from "../fixtures/fault-connection.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { remoteNumber, sendPayload } from "../fixtures/ssh2-internals.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { boolean, byte, string, uint32 } from "../fixtures/wire.ts";
import { login, loginParams, statusOf } from "./support/calls.ts";
import { startWatched } from "./support/watched.ts";
import type { Watched } from "./support/watched.ts";

const SSH_MSG_GLOBAL_REQUEST = 80;
const SSH_MSG_CHANNEL_OPEN = 90;
const SSH_MSG_CHANNEL_WINDOW_ADJUST = 93;

const mebibyte = 1024 * 1024;

describe("e2e: a server that stops reading", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let watched: Watched;
  let daemon: Daemon;

  before(async function () {
    requires(this, "proc");
    watched = await startWatched(suite);
    daemon = watched.daemon;
  });

  describe("with a window for all of a command's input", () => {
    /** More than the system's buffers take. */
    const stdin = "x".repeat(32 * mebibyte);

    /** Starts a command with it on a server that takes what the system's buffers hold. */
    const start = async () => {
      const arrived: FaultChannel[] = [];
      const server = await startFaultServer({
        run(channel) {
          arrived.push(channel);
          channel.connection.send(
            byte(SSH_MSG_CHANNEL_WINDOW_ADJUST),
            uint32(remoteNumber(channel.stream)),
            uint32(64 * mebibyte),
          );
          channel.connection.socket.pause();
        },
      });
      const session = await login(daemon, scope.add(server));
      const running = daemon.request("session.exec", { session, command: "x", stdin });
      running.catch(() => {});
      await until(() => arrived.length === 1, "the command runs");
      let sent = 0;
      let since = performance.now();
      await until(async () => {
        const { bytesSent } = await statusOf(daemon, session);
        if (bytesSent !== sent) since = performance.now();
        sent = bytesSent;
        return sent > 100_000 && performance.now() - since > 300;
      }, "nothing more can be sent");
      const [channel] = arrived as [FaultChannel];
      return { running, channel };
    };

    it("and ends the command: its result comes", async () => {
      const { running, channel } = await start();
      channel.exitStatus(3);
      channel.close();
      assert.equal((await running).exitCode, 3);
      await watched.checkBystander();
    });
  });

  describe("and asks without end", () => {
    /** More than the answers that are held, the system's buffers and garbage take. */
    const bound = 110 * mebibyte;
    const floods = {
      "global requests": [byte(SSH_MSG_GLOBAL_REQUEST), string("x"), boolean(true)],
      channels: [
        byte(SSH_MSG_CHANNEL_OPEN),
        string("x"),
        uint32(1),
        uint32(mebibyte),
        uint32(32_768),
      ],
    };

    /** Sends it again and again, as far as the client reads, until it has had enough of it. */
    const flood = async (connection: FaultConnection, payload: Buffer): Promise<void> => {
      const { socket, client } = connection;
      const state = { isOpen: true };
      void connection.closed.then(() => (state.isOpen = false));
      socket.pause();
      for (let sent = 0; sent < 800_000 && state.isOpen; sent += 2000) {
        socket.cork();
        for (let count = 0; count < 2000; count++) sendPayload(client, payload);
        socket.uncork();
        const drained = once(socket, "drain");
        await Promise.race([socket.writableNeedDrain ? drained : nextTurn(), connection.closed]);
      }
    };

    const checkFlood = async (payload: Buffer[], way: (own: Daemon) => Promise<object>) => {
      const server = scope.add(await startFaultServer());
      const own = scope.add(startDaemon());
      // A server that isn't read any more gives no sign of life.
      const alive = { keepaliveInterval: 1, keepaliveCountMax: 1 };
      const params = { ...loginParams(server), ...alive, ...(await way(own)) };
      const { session } = await own.request("ssh.new", params);
      const idle = own.rss().current;
      const [connection] = server.connections as [FaultConnection];
      void flood(connection, Buffer.concat(payload));
      const { params: told } = await own.waitFor(({ method }) => method === "session/closed");
      assert.deepEqual([told.session, told.reason.kind], [session, "KeepaliveTimeout"]);
      const grown = own.rss().peak - idle;
      assert.ok(grown < bound, `the daemon has grown by ${grown / mebibyte} MiB`);
    };

    for (const [what, payload] of Object.entries(floods)) {
      it(`for ${what}: isn't read any more`, () => checkFlood(payload, async () => ({})));
    }

    it("behind a proxy command", async () => {
      const relay = `const s=require("net").connect(process.argv[1],process.argv[2]);process.stdin.pipe(s).pipe(process.stdout)`;
      const proxyCommand = `'${process.execPath}' -e '${relay}' %p %h`;
      await checkFlood(floods["global requests"], async () => ({ proxyCommand }));
    });

    it("behind a jump host", async function () {
      requires(this, "sshd");
      const jump = scope.add(await startSshd());
      const way = async (own: Daemon) => ({ via: await login(own, jump) });
      await checkFlood(floods["global requests"], way);
    });
  });
});
