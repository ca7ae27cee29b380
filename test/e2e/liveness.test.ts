import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { TcpProxy } from "../fixtures/tcp-proxy.ts";
import { until } from "../fixtures/until.ts";
import { fails, refusesParam } from "./support/fails.ts";
import { address, Session } from "./support/session.ts";

describe("sessions that end of themselves", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let daemon: Daemon;

  before(() => {
    daemon = suite.add(startDaemon());
  });

  const login = async (server: Parameters<typeof address>[0], params: object = {}) => {
    const { session } = await daemon.request("ssh.new", { ...address(server), ...params });
    return session as number;
  };
  const closed = async (session: number): Promise<Json> =>
    (
      await daemon.waitFor(
        (each) => each.method === "session/closed" && each.params.session === session,
      )
    ).params.reason;
  const quick = { keepaliveInterval: 0.2, keepaliveCountMax: 2 };

  it("a server that hangs is found out, and what runs fails", async function () {
    requires(this, "sshd");
    const server = scope.add(await startSshd());
    const session = await login(server, quick);
    const running = new Session(daemon, session).exec("sleep 1000");
    await until(() => server.commands().length > 0, "the command runs");
    server.stop();
    await fails(running, "ConnectionLost", { dispatched: "yes" });
    assert.equal((await closed(session)).kind, "KeepaliveTimeout");
    await fails(new Session(daemon, session).exec("true"), "SessionClosed");
    server.continue();
  });

  it("a link that is dead in one direction is found out", async () => {
    const server = scope.add(await startFaultServer());
    const proxy = scope.add(await TcpProxy.start({ target: server }));
    const session = await login({ ...address(server), port: proxy.port }, quick);
    proxy.stall("down");
    assert.equal((await closed(session)).kind, "KeepaliveTimeout");
  });

  it("a server that is only idle stays", async () => {
    const server = scope.add(await startFaultServer());
    const proxy = scope.add(await TcpProxy.start({ target: server }));
    const account = { ...address(server), port: proxy.port };
    const session = await login(account, { keepaliveInterval: 0.05, keepaliveCountMax: 1 });
    const earlier = proxy.roundTrips;
    await until(() => proxy.roundTrips >= earlier + 5, "five signs of life");
    assert.equal((await new Session(daemon, session).exec("true")).exitCode, 0);
  });

  it("interval 0 asks for no sign of life", async () => {
    const server = scope.add(await startFaultServer());
    const proxy = scope.add(await TcpProxy.start({ target: server }));
    const account = { ...address(server), port: proxy.port };
    const silent = await login(account, { keepaliveInterval: 0 });
    const bytes = proxy.bytes.up;
    const other = scope.add(await startFaultServer());
    const otherProxy = scope.add(await TcpProxy.start({ target: other }));
    await login({ ...address(other), port: otherProxy.port }, { keepaliveInterval: 0.05 });
    const earlier = otherProxy.roundTrips;
    await until(() => otherProxy.roundTrips >= earlier + 3, "another session has been asked");
    assert.equal(proxy.bytes.up, bytes);
    assert.equal((await new Session(daemon, silent).exec("true")).exitCode, 0);
  });

  it("the server disconnects: its words", async () => {
    const server = scope.add(await startFaultServer());
    const session = await login(server);
    (await server.connection(0)).disconnect(11, "maintenance");
    const { kind, message } = await closed(session);
    assert.equal(kind, "Disconnected");
    assert.match(message, /maintenance/);
  });

  it("the connection breaks", async () => {
    const server = scope.add(await startFaultServer());
    const session = await login(server);
    (await server.connection(0)).reset();
    assert.equal((await closed(session)).kind, "ConnectionLost");
  });

  it("what the client ends itself isn't told, and every loss is told once", async () => {
    const server = scope.add(await startFaultServer());
    const [disconnected, freed, lost] = [
      await login(server),
      await login(server),
      await login(server),
    ];
    await new Session(daemon, disconnected).disconnect();
    await new Session(daemon, freed).free();
    (await server.connection(2)).reset();
    await closed(lost);
    const told = daemon.messages.filter(
      (each) =>
        each.method === "session/closed" &&
        [disconnected, freed, lost].includes(each.params.session),
    );
    assert.equal(told.length, 1);
  });

  it("refuses an interval or a count that makes no sense", async () => {
    const params = { host: "127.0.0.1", username: "alice" };
    for (const [name, values] of Object.entries({
      keepaliveInterval: [-1, "15", 1e9],
      keepaliveCountMax: [0, -1, 1.5, "3"],
    })) {
      for (const value of values) {
        await refusesParam(daemon.request("ssh.new", { ...params, [name]: value }), name);
      }
    }
  });
});
