import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import type { Daemon } from "../fixtures/daemon.ts";
import type { FaultChannel } from "../fixtures/fault-channel.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { remoteNumber } from "../fixtures/ssh2-internals.ts";
import { until } from "../fixtures/until.ts";
import { byte, uint32 } from "../fixtures/wire.ts";
import { login, statusOf } from "./support/calls.ts";
import { startWatched } from "./support/watched.ts";
import type { Watched } from "./support/watched.ts";

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
});
