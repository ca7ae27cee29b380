import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { makeHostKey, startFaultServer } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { makeRuntimeFolder } from "../fixtures/runtime-folder.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { TcpProxy } from "../fixtures/tcp-proxy.ts";
import { until } from "../fixtures/until.ts";
import { loginParams, rejects } from "./support/calls.ts";
import { told, toldOf } from "./support/reconnecting.ts";

describe("connections that are shared, and connected to again", function () {
  this.timeout(60_000);
  const scope = useScope();

  /** Clients of one shared daemon, of its own. */
  function attach(count: number): Daemon[] {
    const runtime = makeRuntimeFolder(scope);
    const env = { XDG_RUNTIME_DIR: runtime, HOME: runtime };
    const start = () => scope.add(startDaemon({ endpoint: "--attach", env }));
    return Array.from({ length: count }, start);
  }

  const open = async (daemon: Daemon, server: SshServer, more: object = {}): Promise<number> => {
    const params = { ...loginParams(server), persist: 60, reconnect: true, ...more };
    return (await daemon.request("ssh.new", params)).session;
  };
  const output = async (daemon: Daemon, session: number, command: string): Promise<string> =>
    (await daemon.request("session.exec", { session, command })).output;

  it("all handles of all clients are restored, with one login, and others come to it", async function () {
    requires(this, "sshd");
    const server = scope.add(await startSshd());
    const clients = attach(3);
    const held = await Promise.all(
      clients.flatMap((client) =>
        [1, 2].map(async () => ({ client, session: await open(client, server) })),
      ),
    );
    assert.equal(server.accepted(), 1);
    const [first] = held as [(typeof held)[0]];
    const { port } = await first.client.request("forward.local", [
      first.session,
      {},
      { port: server.port },
    ]);
    server.kill();
    const outputs = held.map(({ client, session }, n) => output(client, session, `echo ${n}`));
    await Promise.all(held.map(({ client, session }) => told(client, "restored", session)));
    for (const [n, text] of (
      await Promise.all(outputs.map((each) => each.catch(() => "")))
    ).entries()) {
      // Those that the server may have seen have failed.
      assert.ok(text === "" || text === `${n}\n`, text);
    }
    for (const { client, session } of held) {
      assert.equal(await output(client, session, "echo on"), "on\n");
      assert.deepEqual(toldOf(client, session), ["session/lost", "session/restored"]);
    }
    assert.equal(server.accepted(), 2);
    assert.equal(await output(first.client, await open(first.client, server), "echo new"), "new\n");
    assert.equal(server.accepted(), 2);
    const listed = (await first.client.request("daemon.status")).forwards;
    assert.equal(listed[0].bind.port, port);
    // What one frees is its own.
    await first.client.request("session.free", { session: first.session });
    for (const { client, session } of held.slice(1)) {
      assert.equal(await output(client, session, "echo on"), "on\n");
    }
  });

  it("one with less patience than the others is given another connection", async function () {
    requires(this, "sshd");
    const server = scope.add(await startSshd());
    const proxy = scope.add(await TcpProxy.start({ target: server }));
    const [daemon] = attach(1) as [Daemon];
    const there = { ...server, port: proxy.port };
    const patient = await open(daemon, there, { keepaliveInterval: 60 });
    const hasty = await open(daemon, there, { keepaliveInterval: 1, keepaliveCountMax: 2 });
    assert.equal(proxy.accepted, 1);
    proxy.stall();
    assert.equal((await told(daemon, "lost", hasty)).reason.kind, "KeepaliveTimeout");
    const running = output(daemon, hasty, "echo on");
    proxy.reset();
    proxy.resume();
    assert.equal(await running, "on\n");
    await told(daemon, "restored", hasty);
    await told(daemon, "restored", patient);
    assert.equal(await output(daemon, patient, "echo on"), "on\n");
  });

  it("a key that has changed ends what was there, and nothing else", async () => {
    const server = scope.add(await startFaultServer());
    const moved = scope.add(await startFaultServer({ hostKeys: [makeHostKey()] }));
    const proxy = scope.add(await TcpProxy.start({ target: server }));
    const [one, other] = attach(2) as [Daemon, Daemon];
    // Whatever is shown there is taken, and nothing recorded.
    const there = { ...loginParams(server), port: proxy.port };
    const params = { ...there, knownHosts: [], persist: 60 };
    const { session } = await one.request("ssh.new", { ...params, reconnect: true });
    proxy.target = moved;
    proxy.stall("down");
    const earlier = proxy.accepted;
    proxy.reset();
    await until(() => proxy.accepted > earlier, "it is tried");
    // A login of the same kind comes along while that is under way.
    const opening = other.request("ssh.new", params);
    await until(async () => {
      const { connecting } = await other.request("daemon.status");
      return connecting.length > 0;
    }, "they are at it");
    proxy.resume();
    const fresh = await opening;
    assert.equal((await told(one, "closed", session)).reason.kind, "HostKeyRejected");
    await rejects(one.request("session.exec", { session, command: "true" }), "SessionClosed");
    const exec = { session: fresh.session, command: "true" };
    assert.equal((await other.request("session.exec", exec)).exitCode, 0);
    assert.equal(moved.hostKeys[0]?.fingerprint, fresh.hostKey.fingerprint);
  });
});
