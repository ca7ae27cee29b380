import assert from "node:assert/strict";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import type { Authenticate } from "../fixtures/fault-auth.ts";
import { acceptPassword } from "../fixtures/fault-auth.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { makeRuntimeFolder, runCommand } from "../fixtures/runtime-folder.ts";
import { useScope } from "../fixtures/scope.ts";
import { startAgent } from "../fixtures/ssh-agent.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { failureOf, loginParams } from "./support/calls.ts";
import type { Target } from "./support/calls.ts";

describe("connections that are shared, and stay (persist)", function () {
  this.timeout(60_000);
  const scope = useScope();
  let runtime: string | undefined;

  before(function () {
    requires(this, "sshd", "ssh");
  });
  beforeEach(() => (runtime = undefined));

  /** A client of the shared daemon. */
  function attach(): Daemon {
    runtime ??= makeRuntimeFolder(scope);
    // The same home: what bears on trust is the same.
    const env = { XDG_RUNTIME_DIR: runtime, HOME: runtime };
    return scope.add(startDaemon({ endpoint: "--attach", env }));
  }
  const own = () => scope.add(startDaemon());
  const serve = async (config: string[] = []): Promise<SshServer> =>
    scope.add(await startSshd({ unprivileged: true, config }));
  const open = async (daemon: Daemon, server: Target, more: object = {}): Promise<number> => {
    const params = { ...loginParams(server), persist: 60, ...more };
    return (await daemon.request("ssh.new", params)).session;
  };
  const output = async (daemon: Daemon, session: number, command: string): Promise<string> =>
    (await daemon.request("session.exec", { session, command })).output;
  const free = (daemon: Daemon, session: number) => daemon.request("session.free", { session });
  const connections = async (daemon: Daemon): Promise<Json[]> =>
    (await daemon.request("daemon.status", { all: true })).connections;
  const lossOf = (daemon: Daemon, session: number) =>
    daemon.waitFor(
      ({ method, params }) => method === "session/closed" && params.session === session,
    );

  it("each handle is its own: freed, its programs end, and the others' go on", async () => {
    const server = await serve();
    const daemon = own();
    const [one, two] = [await open(daemon, server), await open(daemon, server)];
    const token = "lasts";
    const lasting = daemon.request("session.exec", {
      session: two,
      command: "echo begun; read line; echo $line",
      token,
      openStdin: true,
    });
    const ended = failureOf(daemon.request("session.exec", { session: one, command: "sleep 60" }));
    await until(() => server.commands().length >= 2, "both run");
    await free(daemon, one);
    assert.equal((await ended).data.kind, "SessionClosed");
    const gone = await failureOf(daemon.request("session.exec", { session: one, command: "true" }));
    assert.equal(gone.data.kind, "SessionNotFound");
    // It shows how that has ended, if it has.
    assert.equal(await Promise.race([lasting, Promise.resolve("runs")]), "runs");
    // It ends by this line: there is nothing to be closed behind it.
    await daemon.request("session.write", { token, data: "still here\n" });
    assert.equal((await lasting).output, "begun\nstill here\n");
    const { sessions } = await daemon.request("daemon.status");
    assert.deepEqual(
      sessions.map(({ session, execs }: Json) => [session, execs]),
      [[two, 1]],
    );
    assert.equal(server.accepted(), 1);
  });

  it("clients share it unseen; one's end leaves it to the others, and to who comes later", async () => {
    const server = await serve();
    const [first, second] = [attach(), attach()];
    const handle = await open(first, server);
    assert.equal(await open(second, server), 1);
    assert.equal((await second.request("daemon.status")).sessions.length, 1);
    const [told] = await connections(second);
    assert.deepEqual([told.sessions, told.idle], [2, undefined]);
    await first.kill();
    await until(async () => (await connections(second))[0].sessions === 1, "the first has gone");
    assert.equal(await output(second, handle, "echo mine"), "mine\n");
    await second.close();
    const third = attach();
    await until(async () => (await connections(third))[0].sessions === 0, "the second has gone");
    const [left] = await connections(third);
    assert.ok(left.idle >= 0 && left.endsIn > 0 && left.endsIn <= 60, JSON.stringify(left));
    // It has never used it.
    assert.deepEqual((await third.request("daemon.status")).connections, []);
    const { stdout, exitCode } = await runCommand(runtime as string, "status");
    assert.equal(exitCode, 0);
    assert.match(stdout, /1 shared connection\n/);
    assert.match(stdout, /connection 1: .*, no session for (less than 1|\d+) s, ends in \d+ s/);
    assert.match(stdout, /connection 1: .*, \d+\.\d KB received, \d+\.\d KB sent/);
    await open(third, server);
    assert.equal(server.accepted(), 1);
    assert.equal((await runCommand(runtime as string, "stop")).exitCode, 0);
    await until(() => server.connections().length === 0, "it ends with the daemon");
    assert.match(server.log(), /Received disconnect from .*Normal Shutdown/);
  });

  it("ends with its last user where nobody wants it longer, else after the longest wish", async () => {
    const server = await serve();
    const daemon = own();
    const brief = await open(daemon, server, { persist: 0 });
    const other = await open(daemon, server, { persist: 0.05 });
    await free(daemon, brief);
    assert.equal(server.connections().length, 1);
    await free(daemon, other);
    await until(() => server.connections().length === 0, "it has ended");
    assert.deepEqual(await connections(daemon), []);
    await open(daemon, server);
    assert.equal(server.accepted(), 2);
  });

  it("a loss is told to each handle, and the next call logs in anew", async () => {
    const server = await serve();
    const [one, two] = [attach(), attach()];
    const handles = [await open(one, server), await open(two, server), await open(two, server)];
    server.kill();
    const told = await Promise.all([lossOf(one, 1), lossOf(two, 1), lossOf(two, 2)]);
    assert.deepEqual(
      told.map(({ params }) => params.reason.kind),
      handles.map(() => "ConnectionLost"),
    );
    await open(one, server);
    assert.equal(server.accepted(), 2);
  });

  it("sessions that reconnect share the next one, too", async () => {
    const server = await serve();
    const daemon = own();
    const handles = [
      await open(daemon, server, { reconnect: true }),
      await open(daemon, server, { reconnect: true }),
    ];
    server.kill();
    const restored = (session: number) =>
      daemon.waitFor(
        ({ method, params }) => method === "session/restored" && params.session === session,
      );
    await Promise.all(handles.map(restored));
    for (const handle of handles) assert.equal(await output(daemon, handle, "echo on"), "on\n");
    assert.equal(server.accepted(), 2);
  });

  it("one that has gone silent is not given to anybody", async () => {
    const server = await serve();
    const daemon = own();
    await free(daemon, await open(daemon, server, { keepaliveInterval: 0 }));
    server.stop();
    scope.defer(() => server.continue());
    await until(async () => (await connections(daemon))[0].idle > 2.1, "it isn't fresh any more");
    const session = await open(daemon, server);
    assert.equal(await output(daemon, session, "echo new"), "new\n");
    assert.equal(server.accepted(), 2);
  });

  it("each has a patience of its own with a silent server", async () => {
    const server = await serve();
    const daemon = own();
    const patient = await open(daemon, server, { keepaliveInterval: 0 });
    const hasty = await open(daemon, server, { keepaliveInterval: 1, keepaliveCountMax: 2 });
    const running = failureOf(
      daemon.request("session.exec", { session: hasty, command: "sleep 60" }),
    );
    await until(() => server.commands().length > 0, "it runs");
    server.stop();
    assert.equal((await lossOf(daemon, hasty)).params.reason.kind, "KeepaliveTimeout");
    assert.equal((await running).data.kind, "ConnectionLost");
    server.continue();
    assert.equal(await output(daemon, patient, "echo alive"), "alive\n");
  });

  it("the next channel is for the session that has the fewest", async () => {
    const server = await serve(["MaxSessions 1"]);
    const daemon = own();
    const [busy, other] = [await open(daemon, server), await open(daemon, server)];
    let done = 0;
    const many = Array.from({ length: 30 }, async () => {
      await output(daemon, busy, "sleep 0.05");
      done += 1;
    });
    assert.equal(await output(daemon, other, "echo quick"), "quick\n");
    assert.ok(done < many.length, "they went before it");
    await Promise.all(many);
  });

  it("each has its forwards, its files, and the agent as long as it lends it", async () => {
    const agent = scope.add(await startAgent());
    const server = await serve();
    agent.add(server.privateKeyPath);
    const daemon = scope.add(startDaemon({ env: { SSH_AUTH_SOCK: agent.socket } }));
    const [one, two] = [await open(daemon, server), await open(daemon, server)];
    const to = { host: server.host, port: server.port };
    const bind = { port: 0 };
    await daemon.request("forward.local", { session: one, bind, to });
    await daemon.request("forward.remote", { session: two, bind, to });
    const token = "lends";
    const lasting = daemon.request("session.exec", {
      session: two,
      command: "read line; ssh-add -l",
      token,
      openStdin: true,
      forwardAgent: true,
    });
    await until(() => server.commands().length > 0, "it runs");
    const command = "ssh-add -l";
    const { output: keys } = await daemon.request("session.exec", {
      session: one,
      command,
      forwardAgent: true,
    });
    assert.match(keys, /ED25519/);
    const { file } = await daemon.request("fs.open", { session: one, path: "/etc/passwd" });
    await free(daemon, one);
    assert.equal((await failureOf(daemon.request("file.stat", { file }))).data.code, "EBADF");
    const { forwards } = await daemon.request("daemon.status");
    assert.deepEqual(
      forwards.map(({ session, kind }: Json) => [session, kind]),
      [[two, "remote"]],
    );
    await daemon.request("session.write", { token, data: "now\n" });
    assert.match((await lasting).output, /ED25519/);
    await daemon.request("fs.stat", { session: two, path: "/etc/passwd" });
  });

  it("over a session of the client's it is its own, and ends with that", async () => {
    const server = await serve();
    const daemon = own();
    const via = await open(daemon, server);
    const inner = [await open(daemon, server, { via }), await open(daemon, server, { via })];
    assert.equal(server.accepted(), 3);
    const other = await open(daemon, server);
    await free(daemon, via);
    const { sessions } = await daemon.request("daemon.status");
    assert.deepEqual(
      sessions.map(({ session }: Json) => session),
      [other],
    );
    await until(() => server.connections().length === 1, "those over it have ended");
    assert.equal(await output(daemon, other, "echo on"), "on\n");
    assert.equal(inner.length, 2);
  });

  describe("logins at the same time", () => {
    /** A server that decides on a password when it is told to. */
    async function hesitant() {
      const waiting: (() => void)[] = [];
      const decide = acceptPassword("alice", "right");
      const authenticate: Authenticate = (request) => {
        if (request.method === "none") request.reject(["password"]);
        else waiting.push(() => decide(request));
      };
      const server = scope.add(await startFaultServer({ authenticate }));
      const asked = (count: number) => until(() => waiting.length === count, "it is asked");
      const { host, port } = server;
      const params = { host, port, username: "alice", password: "right", persist: 60 };
      return { server, params, asked, decide: () => waiting.splice(0).forEach((each) => each()) };
    }

    it("are one", async () => {
      const { server, params, asked, decide } = await hesitant();
      const clients = [attach(), attach()] as const;
      const logins = clients.map((each) => each.request("ssh.new", params));
      await asked(1);
      // Those of the other client have come, too.
      await clients[1].request("daemon.status");
      logins.push(clients[0].request("ssh.new", params));
      await clients[0].request("daemon.status");
      decide();
      const results = await Promise.all(logins);
      assert.equal(server.connections.length, 1);
      const [one, two, three] = results.map((told) => ({ ...told, session: 0 }));
      assert.deepEqual([two, three], [one, one]);
    });

    it("fail as one", async () => {
      const { server, params, asked, decide } = await hesitant();
      const daemon = own();
      const wrong = { ...params, password: "wrong" };
      const logins = [daemon.request("ssh.new", wrong), daemon.request("ssh.new", wrong)];
      const failures = Promise.all(logins.map(failureOf));
      await asked(1);
      await daemon.request("daemon.status");
      decide();
      for (const { data } of await failures) assert.equal(data.kind, "AuthenticationFailed");
      assert.equal(server.connections.length, 1);
    });

    it("go on when the first is cancelled, and end when nobody waits", async () => {
      const { server, params, asked, decide } = await hesitant();
      const daemon = own();
      await daemon.send({ id: "first", method: "ssh.new", params });
      await asked(1);
      const second = daemon.request("ssh.new", params);
      await daemon.request("daemon.status");
      await daemon.notify("$/cancelRequest", { id: "first" });
      const first = await failureOf(daemon.reply("first"));
      assert.deepEqual([first.data.kind, first.data.phase], ["Cancelled", "authenticate"]);
      decide();
      const { session } = await second;
      assert.equal(await output(daemon, session, "true"), "");
      assert.equal(server.connections.length, 1);
      const late = failureOf(daemon.request("ssh.new", { ...params, maxChannels: 5, timeout: 5 }));
      await asked(1);
      const { kind, phase } = (await late).data;
      assert.deepEqual([kind, phase], ["Timeout", "authenticate"]);
      // It is given up.
      await server.connections.at(-1)?.closed;
    });
  });

  describe("questions", () => {
    const answering = async (daemon: Daemon, answer: string): Promise<Json[]> => {
      const asked: Json[] = [];
      daemon.onRequest = (_, params) => {
        asked.push(params.token);
        return { answers: [answer] };
      };
      await daemon.request("initialize", { capabilities: { prompt: true } });
      return asked;
    };

    it("go to whose call asks first, and what comes of the answers is that client's alone", async () => {
      const authenticate = acceptPassword("alice", "right");
      const server = scope.add(await startFaultServer({ authenticate }));
      const { host, port } = server;
      const params = { host, port, username: "alice", persist: 60 };
      const [first, second, third] = [attach(), attach(), attach()];
      const asked = await answering(first, "right");
      const wrong = await answering(second, "wrong");
      const login = (client: Daemon, token: string) =>
        client.request("ssh.new", { ...params, token });
      await Promise.all([login(first, "a"), login(first, "b")]);
      await login(first, "c");
      assert.equal(asked.length, 1);
      assert.equal(server.connections.length, 1);
      const refused = await failureOf(login(second, "d"));
      assert.equal(refused.data.kind, "AuthenticationFailed");
      assert.deepEqual(wrong, ["d", "d", "d"]);
      const nobody = await failureOf(login(third, "e"));
      assert.equal(nobody.data.kind, "AuthenticationFailed");
      // Nobody can be given it any more.
      await first.close();
      await server.connections[0]?.closed;
    });
  });
});
