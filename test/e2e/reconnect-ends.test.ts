import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { isRunning } from "../fixtures/processes.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { makeKey } from "../fixtures/ssh-keys.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { openSockets, statusOf } from "./support/calls.ts";
import { fails } from "./support/fails.ts";
import { openLasting, throughProxy, told, toldOf } from "./support/reconnecting.ts";
import { address, Session } from "./support/session.ts";

/** As `nc HOST PORT`, on any machine that runs the tests. */
const relay = `const s=require("net").connect(...process.argv.slice(-2));process.stdin.pipe(s).pipe(process.stdout)`;
const netcat = `"${process.execPath}" -e '${relay}' %p %h`;

describe("the end of sessions that reconnect", function () {
  this.timeout(60_000);
  const suite = useScope("suite");
  const scope = useScope();
  let daemon: Daemon;

  before(() => {
    daemon = suite.add(startDaemon());
  });

  const openThroughProxy = (params: object = {}) => throughProxy(scope, daemon, params);

  it("free, while it is being connected to again: calls that wait fail, and nothing is tried any more", async function () {
    requires(this, "sshd", "proc");
    const sockets = openSockets(daemon.pid);
    const { server, proxy, session, handle } = await openThroughProxy();
    // It is connected to, and never answered.
    proxy.stall("down");
    const earlier = proxy.accepted;
    server.kill();
    proxy.reset();
    await until(() => proxy.accepted > earlier, "it is tried");
    const waiting = session.exec("true");
    await until(async () => (await statusOf(daemon, handle)).queued === 1, "it waits");
    const freed = session.free();
    await fails(waiting, "SessionClosed", { dispatched: "no" });
    assert.equal(await freed, true);
    await until(() => openSockets(daemon.pid) === sockets, "the connection is given up");
    await fails(session.exec("true"), "SessionNotFound");
    const { connecting } = await daemon.request("daemon.status");
    assert.deepEqual(connecting, []);
    assert.deepEqual(toldOf(daemon, handle), ["session/lost"]);
  });

  it("disconnect: the handle stays, and says so", async function () {
    requires(this, "sshd");
    const server = await startSshd();
    const { session, handle } = await openLasting(daemon, server);
    await server.close();
    await told(daemon, "lost", handle);
    await session.disconnect();
    await fails(session.exec("true"), "SessionClosed");
    assert.equal((await statusOf(daemon, handle)).state, "closed");
    await session.free();
  });

  for (const params of [{}, { hostKeyPolicy: "off" }, { knownHosts: [] }]) {
    it(`another host key, with ${JSON.stringify(params)}`, async function () {
      requires(this, "sshd");
      const { proxy, server, session, handle } = await openThroughProxy(params);
      proxy.target = scope.add(await startSshd({ freshHostKeys: true }));
      server.kill();
      const { reason } = await told(daemon, "closed", handle);
      assert.equal(reason.kind, "HostKeyRejected");
      assert.match(reason.message, /has changed/);
      assert.deepEqual(toldOf(daemon, handle), ["session/lost", "session/closed"]);
      const error = await fails(session.exec("true"), "SessionClosed");
      assert.match(error.message, /has changed/);
      await session.free();
    });
  }

  it("a key that is unknown by now, with strict", async function () {
    requires(this, "sshd");
    const knownHosts = `${scope.tempDir()}/known_hosts`;
    const server = scope.add(await startSshd());
    writeFileSync(knownHosts, server.knownHosts.join("\n"));
    const params = { knownHosts: [knownHosts], hostKeyPolicy: "strict" };
    const { session, handle } = await openLasting(daemon, server, params);
    writeFileSync(knownHosts, "");
    server.kill();
    assert.equal((await told(daemon, "closed", handle)).reason.kind, "HostKeyRejected");
    await session.free();
  });

  it("a password that is refused, at once", async () => {
    let attempts = 0;
    let isGood = true;
    const server = scope.add(
      await startFaultServer({
        authenticate(request) {
          if (request.method === "password") attempts += 1;
          if (request.method === "password" && isGood) request.accept();
          else request.reject(["password"]);
        },
      }),
    );
    const { session } = await daemon.request("ssh.new", { ...address(server), reconnect: true });
    isGood = false;
    attempts = 0;
    (await server.connection(0)).reset();
    const { reason } = await told(daemon, "closed", session);
    assert.equal(reason.kind, "AuthenticationFailed");
    assert.equal(attempts, 1);
    await new Session(daemon, session).free();
  });

  it("a key that is refused three times", async function () {
    requires(this, "sshd");
    const { server, session, handle } = await openThroughProxy();
    writeFileSync(server.authorizedKeysPath, "");
    const earlier = server.accepted();
    server.kill();
    const { reason } = await told(daemon, "closed", handle);
    assert.equal(reason.kind, "AuthenticationFailed");
    assert.equal(server.accepted() - earlier, 3);
    await session.free();
  });

  it("not a key that is refused twice", async () => {
    const server = scope.add(
      await startFaultServer({
        authenticate(request) {
          const isRefused = [1, 2].includes(server.connections.length - 1);
          if (request.method !== "publickey" || isRefused) request.reject(["publickey"]);
          else request.accept();
        },
      }),
    );
    const privateKeyPath = makeKey("ed25519", "user");
    const { session, handle } = await openLasting(daemon, { ...server, privateKeyPath });
    (await server.connection(0)).reset();
    await told(daemon, "restored", handle);
    assert.equal(server.connections.length, 4);
    await session.free();
  });

  describe("asks its user", () => {
    it("again, with the login's token; who doesn't answer ends it", async () => {
      const own = scope.add(startDaemon());
      const server = scope.add(await startFaultServer());
      let answer: object | null = { answers: [server.password] };
      const questions: unknown[] = [];
      own.onRequest = (_, params) => {
        questions.push(params.token);
        return answer;
      };
      await own.request("initialize", { capabilities: { prompt: true } });
      const { host, port, username } = server;
      const params = { host, port, username, agent: false, identityFiles: [], token: "mine" };
      const { session } = await own.request("ssh.new", { ...params, reconnect: true });
      (await server.connection(0)).reset();
      await told(own, "restored", session);
      assert.deepEqual(questions, ["mine", "mine"]);
      answer = null;
      (await server.connection(1)).reset();
      assert.equal((await told(own, "closed", session)).reason.kind, "AuthenticationFailed");
      assert.equal(questions.length, 3);
    });
  });

  describe("nothing is left of one that is being connected to again", () => {
    const ends: Record<string, (own: Daemon) => Promise<unknown>> = {
      "the end of input": (own) => own.close(),
      SIGTERM: async (own) => own.signal("SIGTERM"),
      shutdown: async (own) => {
        await own.request("shutdown");
        await own.notify("exit");
      },
    };
    for (const [name, end] of Object.entries(ends)) {
      it(`at ${name}`, async function () {
        requires(this, "sshd", "proc");
        const own = scope.add(startDaemon());
        const server = scope.add(await startSshd());
        const pids = `${scope.tempDir()}/pids`;
        // It connects once, and then hangs.
        const marker = `${scope.tempDir()}/seen`;
        const proxyCommand = `sh -c 'echo $$ >> ${pids}; [ -e ${marker} ] && exec sleep 1000; touch ${marker}; exec "$@"' sh ${netcat}`;
        const { handle } = await openLasting(own, server, { proxyCommand });
        server.kill();
        await told(own, "lost", handle);
        const started = () => readFileSync(pids, "utf8").trim().split("\n").map(Number);
        await until(() => started().length === 2, "the command hangs");
        const waiting = own.request("session.exec", { session: handle, command: "true" });
        waiting.catch(() => {});
        await end(own);
        await own.exit;
        await until(() => started().every((pid) => !isRunning(pid)), "the commands are gone");
      });
    }
  });
});
