import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import type { FaultChannel } from "../fixtures/fault-channel.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { exchangeKeys, remoteNumber } from "../fixtures/ssh2-internals.ts";
import { boolean, byte, string, uint32 } from "../fixtures/wire.ts";
import { login } from "./support/calls.ts";
import { startWatched } from "./support/watched.ts";
import type { Watched } from "./support/watched.ts";

/** Commands of another session that a server's work on us must let through. */
const others = 5;

describe("e2e: the turns of others", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let watched: Watched;
  let daemon: Daemon;

  before(async function () {
    requires(this, "proc");
    watched = await startWatched(suite);
    daemon = watched.daemon;
  });

  /** Sends much at once, in one piece. */
  function flood(channel: FaultChannel, count: number, send: () => void): void {
    const { socket } = channel.connection;
    socket.cork();
    for (let n = 0; n < count; n++) send();
    socket.uncork();
  }

  const count = 60_000;
  const floods: Record<string, (channel: FaultChannel) => void> = {
    "words that mean nothing": (channel) =>
      flood(channel, count, () => channel.connection.send(byte(2), string(""))),
    "data, a byte at a time": (channel) => {
      const number = uint32(remoteNumber(channel.stream));
      flood(channel, count, () => channel.connection.send(byte(94), number, string("x")));
    },
    "data on two streams by turns": (channel) => {
      const number = uint32(remoteNumber(channel.stream));
      flood(channel, count / 2, () => {
        channel.connection.send(byte(94), number, string("x"));
        channel.connection.send(byte(95), number, uint32(1), string("y"));
      });
    },
    "requests that want an answer": (channel) =>
      flood(channel, count, () =>
        channel.connection.send(byte(80), string("tea@example.org"), boolean(true)),
      ),
    "messages that nobody knows": (channel) =>
      flood(channel, count, () => channel.connection.send(byte(192))),
    "channels that nobody asked for": (channel) =>
      flood(channel, count, () =>
        channel.connection.send(
          byte(90),
          string("biscuit@example.org"),
          uint32(9),
          uint32(0),
          uint32(0),
        ),
      ),
  };

  /** Runs commands on the other session until the call has ended. @returns how many */
  async function othersUntil(call: Promise<Json>): Promise<number> {
    let ran = 0;
    const over = call.then(
      () => true,
      () => true,
    );
    while (!(await Promise.race([over, watched.checkBystander()]))) ran++;
    return ran;
  }

  for (const [what, run] of Object.entries(floods)) {
    it(`aren't taken by ${what}`, async () => {
      const server = scope.add(
        await startFaultServer({
          run(channel) {
            run(channel);
            channel.end(7);
          },
        }),
      );
      const session = await login(daemon, server);
      const call = daemon.request("session.exec", { session, command: "x" });
      const ran = await othersUntil(call);
      assert.equal((await call).exitCode, 7);
      assert.ok(ran >= others, `only ${ran} commands of another session`);
    });
  }

  it("aren't taken by key exchanges without end", async () => {
    let exchanges = 0;
    const server = scope.add(
      await startFaultServer({
        run(channel) {
          const { client } = channel.connection;
          client.on("rekey", () => {
            if (++exchanges === 100) channel.end(7);
            else exchangeKeys(client);
          });
          exchangeKeys(client);
        },
      }),
    );
    const session = await login(daemon, server);
    const call = daemon.request("session.exec", { session, command: "x" });
    const ran = await othersUntil(call);
    assert.equal((await call).exitCode, 7);
    assert.ok(ran >= others, `only ${ran} commands of another session`);
  });
});
