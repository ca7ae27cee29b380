import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { useScope } from "../fixtures/scope.ts";
import { TcpProxy } from "../fixtures/tcp-proxy.ts";
import { until } from "../fixtures/until.ts";
import { told, toldOf } from "./support/reconnecting.ts";
import { address, Session } from "./support/session.ts";

const many = 100;

describe("many sessions that reconnect", function () {
  this.timeout(120_000);
  const scope = useScope();

  it("a hundred at once: no more logins than else are under way, one finds out, none is left behind", async () => {
    const daemon = scope.add(startDaemon());
    let active = 0;
    let most = 0;
    const server = await startFaultServer({
      onConnection: ({ client }) => {
        most = Math.max(most, (active += 1));
        let isOver = false;
        const over = () => {
          if (!isOver) active -= 1;
          isOver = true;
        };
        client.once("ready", over).once("close", over);
      },
    });
    scope.add(server);
    const proxy = scope.add(await TcpProxy.start({ target: server }));
    const params = { ...address(server), port: proxy.port, reconnect: true };
    const handles: number[] = await Promise.all(
      Array.from({ length: many }, async () => (await daemon.request("ssh.new", params)).session),
    );
    // Nobody listens there for a while.
    proxy.target = { host: server.host, port: 1 };
    const before = proxy.accepted;
    proxy.reset();
    await Promise.all(handles.map((handle) => told(daemon, "lost", handle)));
    await until(() => proxy.accepted > before, "one finds out");
    const waiting = handles.map((handle) => new Session(daemon, handle).exec("true"));
    proxy.target = server;
    await Promise.all(handles.map((handle) => told(daemon, "restored", handle)));
    for (const { exitCode } of await Promise.all(waiting)) assert.equal(exitCode, 0);
    assert.ok(most <= 8, `${most} logins under way`);
    // Beside the hundred, those that found out that there was nobody.
    assert.ok(proxy.accepted - before < many + 20, `${proxy.accepted - before} connections`);
    for (const handle of handles) {
      assert.deepEqual(toldOf(daemon, handle), ["session/lost", "session/restored"]);
    }
  });
});
