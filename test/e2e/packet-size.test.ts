import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { login, rejects } from "./support/calls.ts";
import { startWatched } from "./support/watched.ts";
import type { Watched } from "./support/watched.ts";

describe("e2e: a channel's maximum packet size", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let watched: Watched;
  let daemon: Daemon;

  before(async function () {
    requires(this, "proc");
    watched = await startWatched(suite);
    daemon = watched.daemon;
  });

  const calls: Record<string, (session: number) => Promise<Json>> = {
    exec: (session) =>
      daemon.request("session.exec", { session, command: "x", stdin: "y".repeat(100_000) }),
    scpRecv: (session) => daemon.request("session.scpRecv", { session, source: "x" }),
    scpSend: (session) =>
      daemon.request("session.scpSend", { session, data: "y".repeat(100_000), dest: "x" }),
  };

  for (const packetSize of [0, 1, 16]) {
    for (const [name, call] of Object.entries(calls)) {
      it(`of ${packetSize} is a protocol error: ${name}`, async () => {
        const server = scope.add(await startFaultServer({ packetSize, run: () => {} }));
        const session = await login(daemon, server);
        const { message } = await rejects(call(session), "ConnectionLost", { dispatched: "no" });
        assert.match(message, new RegExp(`maximum packet size of ${packetSize}\\b`));
        const connection = await server.connection(0);
        const isGoodbye = await connection.recorded(({ type }) => type === "disconnect");
        assert.equal(isGoodbye.type === "disconnect" && isGoodbye.reason, 2);
        await watched.checkBystander();
      });
    }
  }

  it("of 0 is a protocol error of a jump host, too", async () => {
    const server = scope.add(
      await startFaultServer({
        packetSize: 0,
        onConnection: ({ client }) => void client.on("tcpip", (accept) => void accept()),
      }),
    );
    const via = await login(daemon, server);
    const { host, port, username, password } = server;
    const call = daemon.request("ssh.new", { host, port, username, password, via });
    const { message } = await rejects(call, "ConnectionLost", { dispatched: "no" });
    assert.match(message, /maximum packet size of 0\b/);
    await watched.checkBystander();
  });

  it("of 256 serves", async () => {
    const server = scope.add(
      await startFaultServer({
        packetSize: 256,
        async run(channel) {
          const input = await channel.readAll();
          await channel.write(String(input.length));
          channel.end();
        },
      }),
    );
    const session = await login(daemon, server);
    const call = calls["exec"]?.(session);
    await watched.checkBystander();
    assert.equal((await call).output, "100000");
  });
});
