import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { pseudoRandomBytes } from "../fixtures/files.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { useDaemons } from "../fixtures/used-daemons.ts";
import { statusOf } from "./support/calls.ts";
import { fails, refusesParam } from "./support/fails.ts";
import { readKnownHosts, writeKnownHosts } from "./support/known-hosts.ts";
import { startRawServer } from "./support/raw-server.ts";
import { address, Session } from "./support/session.ts";

describe("jump hosts", () => {
  const suite = useScope("suite");
  const scope = useScope();
  /** Three servers, no two with the same host key. */
  let servers: [SshServer, SshServer, SshServer];

  before(async function () {
    requires(this, "sshd");
    // Root's own sessions are refused signals by sshd.
    const options = { freshHostKeys: true, unprivileged: true };
    const start = async () => suite.add(await startSshd(options));
    servers = [await start(), await start(), await start()];
  });

  const start = useDaemons();
  const login = async (daemon: Daemon, server: SshServer, params: object = {}) => {
    const { session } = await daemon.request("ssh.new", { ...address(server), ...params });
    return new Session(daemon, session);
  };
  /** One session over the other, the outermost first. */
  const chain = async (daemon: Daemon, hops: SshServer[]): Promise<Session[]> => {
    const sessions: Session[] = [];
    for (const server of hops) {
      const via = sessions.at(-1)?.handle;
      sessions.push(await login(daemon, server, via === undefined ? {} : { via }));
    }
    return sessions;
  };
  const last = <T>(list: T[]): T => list.at(-1) as T;
  const closed = async (daemon: Daemon, { handle }: Session): Promise<Json> => {
    const told = await daemon.waitFor(
      ({ method, params }) => method === "session/closed" && params.session === handle,
    );
    return told.params.reason;
  };

  it("two and three hops: commands, host keys and peers are each server's own", async () => {
    const daemon = start();
    const sessions = await chain(daemon, servers);
    for (const [index, session] of sessions.entries()) {
      const server = servers[index] as SshServer;
      assert.equal(await session.output("echo $HOME"), `${server.home}\n`);
    }
    assert.deepEqual(
      readKnownHosts(daemon).trimEnd().split("\n"),
      servers.flatMap(({ knownHosts }) => knownHosts),
    );
    const [first, second, third] = servers;
    // The daemon itself connected to the first only: the others' clients are the servers' processes.
    assert.deepEqual([first.accepted(), second.accepted(), third.accepted()], [1, 1, 1]);
    const handles = sessions.map(({ handle }) => handle);
    const states = await Promise.all(handles.map((handle) => statusOf(daemon, handle)));
    assert.equal(states[0].channels, 1);
    assert.deepEqual(
      states.map(({ via }) => via),
      [undefined, ...handles.slice(0, -1)],
    );
  });

  it("a Unix socket of the jump host's", async () => {
    const daemon = start();
    const [first, second] = servers;
    const [outer] = (await chain(daemon, [first])) as [Session];
    const via = outer.handle;
    const folder = scope.tempDir();
    chmodSync(folder, 0o755);
    const socketPath = join(folder, "socket");
    await fails(login(daemon, second, { via, socketPath }) as Promise<Json>, "ConnectFailed", {
      reason: 2,
    });
    const relay = createServer((socket) => {
      const onward = connect({ host: second.host, port: second.port });
      for (const each of [socket, onward]) each.on("error", () => {});
      scope.defer(() => void socket.destroy());
      socket.pipe(onward).pipe(socket);
    });
    await once(relay.listen(socketPath), "listening");
    chmodSync(socketPath, 0o666);
    scope.defer(() => void relay.close());
    const inner = await login(daemon, second, { via, socketPath });
    assert.equal(await inner.output("echo $HOME"), `${second.home}\n`);
    assert.equal((await statusOf(daemon, via)).channels, 1);
    await outer.free();
  });

  it("carries much in both directions, byte for byte", async () => {
    const daemon = start();
    const session = last(await chain(daemon, servers));
    const data = pseudoRandomBytes(8 * 1024 * 1024).toString("base64");
    await session.send(data, "big", { encoding: "base64" });
    const received = await session.recv("big", { encoding: "base64" });
    assert.ok(received.data === data);
  });

  it("a stalled reader behind a jump holds up nothing else", async () => {
    const daemon = start();
    const [outer, inner] = (await chain(daemon, servers.slice(0, 2))) as [Session, Session];
    const stalled = inner.exec("cat /dev/zero", { stream: true, token: "zero", window: 1000 });
    await daemon.waitFor(({ method }) => method === "session/output");
    assert.equal(await outer.output("echo a"), "a\n");
    assert.equal(await inner.output("echo b"), "b\n");
    const failed = fails(stalled, "ConnectionLost");
    servers[1].kill();
    await failed;
  });

  it("more sessions than MaxSessions run over one jump host", async () => {
    const daemon = start();
    const jump = scope.add(await startSshd({ config: ["MaxSessions 1"] }));
    const [outer] = await chain(daemon, [jump]);
    const via = (outer as Session).handle;
    const inner = await Promise.all(
      Array.from({ length: 4 }, () => login(daemon, servers[1], { via })),
    );
    const outputs = await Promise.all(
      [outer as Session, ...inner].map((session) => session.output("echo hi")),
    );
    assert.deepEqual(outputs, Array<string>(5).fill("hi\n"));
  });

  it("a man in the middle behind a jump is refused, and gets no password", async () => {
    const daemon = start();
    const outer = last(await chain(daemon, servers.slice(0, 1)));
    const [{ port, knownHosts }] = [servers[1]];
    const impostor = scope.add(await startSshd({ freshHostKeys: true }));
    // The name that the second server is known by now leads to the impostor.
    writeKnownHosts(daemon, [
      ...servers[0].knownHosts,
      ...knownHosts.map((line) => line.replace(`:${port}`, `:${impostor.port}`)),
    ]);
    const via = outer.handle;
    await fails(login(daemon, impostor, { via }) as Promise<Json>, "HostKeyRejected", {
      reason: "changed",
      fingerprint: impostor.hostKeys[0]?.fingerprint,
    });
    assert.doesNotMatch(impostor.log(), /password/i);
    assert.equal(await outer.output("echo still here"), "still here\n");
    await until(() => impostor.connections().length === 0, "nothing stays open");
  });

  it("a host that the jump host can't reach is ConnectFailed with its words", async () => {
    const daemon = start();
    const outer = last(await chain(daemon, servers.slice(0, 1)));
    const gone = await startSshd();
    await gone.close();
    const params = { ...address(gone), via: outer.handle };
    await fails(daemon.request("ssh.new", params), "ConnectFailed", {
      reason: 2,
      description: /refused/i,
      errno: undefined,
      dispatched: "no",
    });
  });

  it("a jump host that forwards nothing is ConnectFailed: prohibited", async () => {
    const daemon = start();
    const jump = scope.add(await startSshd({ config: ["AllowTcpForwarding no"] }));
    const outer = last(await chain(daemon, [jump]));
    await fails(
      login(daemon, servers[1], { via: outer.handle }) as Promise<Json>,
      "ConnectFailed",
      {
        reason: 1,
      },
    );
  });

  it("when a server in the middle dies, all behind it ends, and what is before it goes on", async () => {
    const daemon = start();
    const sessions = await chain(daemon, servers);
    const [outer, middle, inner] = sessions as [Session, Session, Session];
    // On terminals, that take the commands along when their servers die.
    const running = [middle, inner].map((session) =>
      fails(session.exec("sleep 100", { pty: {} }), "ConnectionLost"),
    );
    await until(
      () => servers[1].commands().length > 0 && servers[2].commands().length > 0,
      "both commands run",
    );
    servers[1].kill();
    await Promise.all(running);
    for (const session of [middle, inner]) {
      assert.equal((await closed(daemon, session)).kind, "ConnectionLost");
      await fails(session.exec("true"), "SessionClosed");
    }
    assert.equal(await outer.output("echo on"), "on\n");
    // The handles of those that were lost are freed with the session that they ran over, too.
    await outer.free();
    for (const session of sessions) await fails(session.exec("true"), "SessionNotFound");
  });

  it("a session is freed with all that run over it, whose commands are ended", async () => {
    const daemon = start();
    const sessions = await chain(daemon, servers);
    const running = fails(last(sessions).exec("sleep 100"), "SessionClosed");
    await until(() => servers[2].commands().length > 0, "the command runs");
    await (sessions[0] as Session).free();
    await running;
    for (const session of sessions) await fails(session.exec("true"), "SessionNotFound");
    for (const server of servers) {
      await until(() => server.connections().length === 0, "the connection is closed");
      await until(() => server.commands().length === 0, "the command is ended");
    }
    assert.ok(!daemon.messages.some(({ method }) => method === "session/closed"));
    assert.match(servers[2].log(), /Received disconnect from .*: Normal Shutdown/);
  });

  it("one that runs over a session is freed alone", async () => {
    const daemon = start();
    const [outer, inner] = (await chain(daemon, servers.slice(0, 2))) as [Session, Session];
    await inner.free();
    await until(() => servers[1].connections().length === 0, "the connection is closed");
    await until(
      async () => (await statusOf(daemon, outer.handle)).channels === 0,
      "the channel is closed",
    );
    assert.equal(await outer.output("echo on"), "on\n");
  });

  it("disconnecting a session disconnects those over it; the handles stay", async () => {
    const daemon = start();
    const [outer, inner] = (await chain(daemon, servers.slice(0, 2))) as [Session, Session];
    await outer.disconnect();
    for (const session of [outer, inner]) await fails(session.exec("true"), "SessionClosed");
  });

  it("a login that is on its way through a session ends when that is freed", async () => {
    const daemon = start();
    const silent = await startRawServer(scope);
    const outer = last(await chain(daemon, servers.slice(0, 1)));
    const params = { ...address(servers[1]), port: silent.port, via: outer.handle };
    const failed = fails(daemon.request("ssh.new", params), "SessionClosed");
    await until(() => silent.sockets.size === 1, "the jump host has connected");
    await outer.free();
    await failed;
  });

  it("a deadline behind a jump closes the channel", async () => {
    const daemon = start();
    const silent = await startRawServer(scope);
    const outer = last(await chain(daemon, servers.slice(0, 1)));
    const params = { ...address(servers[1]), port: silent.port, via: outer.handle, timeout: 0.3 };
    await fails(daemon.request("ssh.new", params), "Timeout", { phase: "banner" });
    await until(() => silent.sockets.size === 0, "the connection is closed");
    assert.equal((await statusOf(daemon, outer.handle)).channels, 0);
  });

  it("a handle that isn't there, and one of a session that has ended", async () => {
    const daemon = start();
    const login7 = login(daemon, servers[0], { via: 7 }) as Promise<Json>;
    await fails(login7, "SessionNotFound", { dispatched: "no" });
    const outer = last(await chain(daemon, servers.slice(0, 1)));
    await outer.disconnect();
    await fails(login(daemon, servers[1], { via: outer.handle }) as Promise<Json>, "SessionClosed");
    await refusesParam(login(daemon, servers[0], { via: 0 }) as Promise<Json>, "via");
  });

  it("the daemon ends with sessions three deep", async () => {
    const daemon = start();
    await chain(daemon, servers);
    assert.equal((await daemon.close()).code, 0);
    for (const server of servers) {
      await until(() => server.connections().length === 0, "the connection is closed");
    }
  });
});
