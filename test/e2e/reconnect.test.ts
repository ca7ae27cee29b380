import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { startDropbear } from "../fixtures/dropbear.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { statusOf } from "./support/calls.ts";
import { openLasting, throughProxy, told, toldOf } from "./support/reconnecting.ts";

describe("sessions that reconnect", function () {
  this.timeout(60_000);
  const suite = useScope("suite");
  const scope = useScope();
  let daemon: Daemon;

  before(() => {
    daemon = suite.add(startDaemon());
  });

  const openThroughProxy = (params: object = {}) => throughProxy(scope, daemon, params);

  it("over a restart of sshd: calls that come meanwhile go on, and the handle stays", async function () {
    requires(this, "sshd");
    const server = await startSshd();
    const { session, handle, result } = await openLasting(daemon, server);
    await server.close();
    const { reason } = await told(daemon, "lost", handle);
    assert.equal(reason.kind, "ConnectionLost");
    assert.equal((await statusOf(daemon, handle)).state, "lost");
    const waiting = session.output("echo still here");
    await until(async () => (await statusOf(daemon, handle)).queued === 1, "it waits");
    scope.add(await startSshd({ port: server.port }));
    assert.equal(await waiting, "still here\n");
    assert.deepEqual(await told(daemon, "restored", handle), {
      ...result,
      hostKey: { ...result.hostKey, status: "known" },
    });
    assert.equal((await statusOf(daemon, handle)).state, "open");
    assert.equal(await session.output("echo again"), "again\n");
    await session.free();
    assert.deepEqual(toldOf(daemon, handle), ["session/lost", "session/restored"]);
  });

  it("to Dropbear, whose process is killed", async function () {
    requires(this, "dropbear");
    const server = scope.add(await startDropbear());
    const { session, handle } = await openLasting(daemon, server);
    for (const count of [1, 2]) {
      server.kill();
      await told(daemon, "restored", handle, count);
      assert.equal(await session.output("echo back"), "back\n");
    }
    await session.free();
  });

  it("a link that goes silent is found out, and left for another", async function () {
    requires(this, "sshd");
    const quick = { keepaliveInterval: 0.2, keepaliveCountMax: 2 };
    const { proxy, session, handle } = await openThroughProxy(quick);
    proxy.stall();
    assert.equal((await told(daemon, "lost", handle)).reason.kind, "KeepaliveTimeout");
    const waiting = session.output("echo here");
    proxy.resume();
    assert.equal(await waiting, "here\n");
    await session.free();
  });

  it("whose address has changed, with the same key", async function () {
    requires(this, "sshd");
    const { server, proxy, session, handle } = await openThroughProxy();
    const moved = scope.add(await startSshd());
    proxy.target = moved;
    await server.close();
    await told(daemon, "restored", handle);
    assert.equal(await session.output("echo $HOME"), `${moved.home}\n`);
    await session.free();
  });

  it("what the configuration says by then counts", async function () {
    requires(this, "sshd");
    const server = await startSshd();
    const moved = scope.add(await startSshd());
    const config = `${scope.tempDir()}/config`;
    const write = (port: number) =>
      writeFileSync(config, `Host there\nHostName 127.0.0.1\nPort ${port}\n`);
    write(server.port);
    const params = { config, host: "there", port: undefined };
    const { session, handle } = await openLasting(daemon, server, params);
    write(moved.port);
    await server.close();
    assert.equal((await told(daemon, "restored", handle)).port, moved.port);
    await session.free();
  });

  it("stays, with what runs, where only the daemon slept for longer than the keepalive", async function () {
    requires(this, "sshd");
    const own = scope.add(startDaemon());
    const server = scope.add(await startSshd());
    const quick = { keepaliveInterval: 1, keepaliveCountMax: 2 };
    const { session, handle } = await openLasting(own, server, quick);
    const go = `${scope.tempDir()}/go`;
    const command = `until [ -e ${go} ]; do sleep 0.05; done; echo done`;
    const running = session.exec(command, { timeout: 4, idleTimeout: 4 });
    await until(() => server.commands().length > 0, "it runs");
    own.signal("SIGSTOP");
    writeFileSync(go, "");
    await until(() => server.commands().length === 0, "it has ended");
    // Longer than the call's deadlines, and the keepalive's.
    await sleep(4500);
    own.signal("SIGCONT");
    assert.equal((await running).output, "done\n");
    assert.equal((await session.exec("true")).exitCode, 0);
    assert.deepEqual(toldOf(own, handle), []);
  });
});
