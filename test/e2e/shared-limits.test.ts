import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { join } from "node:path";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { exited, track } from "../fixtures/processes.ts";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { makeRuntimeFolder, runCommand } from "../fixtures/runtime-folder.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { login, loginParams, rejects } from "./support/calls.ts";

const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
const mib = 1024 * 1024;

describe("a shared daemon's limits for all clients together", function () {
  this.timeout(60_000);
  const scope = useScope();
  let runtime: string;
  let server: SshServer;

  before(function () {
    requires(this, "sshd");
  });
  beforeEach(async () => {
    runtime = makeRuntimeFolder(scope);
    server = scope.add(await startSshd({ unprivileged: true }));
  });

  const socket = () => join(runtime, "sshrpc", `${version}.sock`);
  /** One for this many clients: each has four places, and together they have four times as many again. */
  const serve = async (machine: { clients: number; memory?: number }) => {
    mkdirSync(join(runtime, "sshrpc"), { mode: 0o700 });
    const program = join(projectRoot, "dist/test/fixtures/serve-shared.js");
    const { clients, memory = 64 * mib } = machine;
    const args = [program, socket(), version, JSON.stringify({ openFiles: clients * 16, memory })];
    const child = track(
      spawn(process.execPath, args, {
        stdio: ["ignore", "pipe", "ignore"],
        env: { ...process.env, HOME: runtime },
      }),
    );
    scope.defer(async () => {
      child.kill("SIGTERM");
      await exited(child);
    });
    await once(child.stdout, "data");
  };
  const client = (): Daemon =>
    scope.add(startDaemon({ program: "dist/test/fixtures/join-socket.js", args: [socket()] }));
  const attach = (): Daemon =>
    scope.add(startDaemon({ endpoint: "--attach", env: { XDG_RUNTIME_DIR: runtime } }));
  const status = (of: Daemon): Promise<Json> => of.request("daemon.status", { all: true });

  describe("clients", () => {
    it("one too many is told so, whichever way it came; those that are there go on", async () => {
      await serve({ clients: 2 });
      const [one, two] = [client(), attach()];
      for (const each of [one, two]) await each.request("initialize", {});
      for (const refused of [client(), attach()]) {
        const error = await rejects(refused.request("initialize", {}), "InvalidRequest", {
          dispatched: "no",
        });
        assert.match(error.message, /has 2 clients, as many as it takes: .*a daemon of one's own/);
        // It needn't end by itself.
        await refused.exit;
      }
      const session = await login(one, server);
      const { output } = await one.request("session.exec", { session, command: "echo on" });
      assert.equal(output, "on\n");
      await two.request("daemon.status");
    });

    it("the place of one that goes is the next one's", async () => {
      await serve({ clients: 2 });
      const [one, two] = [client(), client()];
      for (const each of [one, two]) await each.request("initialize", {});
      await two.kill();
      await until(async () => (await status(one)).clients.length === 1, "it has gone");
      await client().request("initialize", {});
      await rejects(client().request("initialize", {}), "InvalidRequest");
    });

    it("`sshrpc status` and `sshrpc stop` work all the same", async () => {
      await serve({ clients: 1 });
      const only = client();
      await login(only, server);
      const { stdout } = await runCommand(runtime, "status");
      assert.match(stdout, /^1 client, 1 session,/m);
      assert.match(stdout, /^limits: 1 client; 0 of 4 places, /m);
      assert.match((await runCommand(runtime, "stop")).stdout, /^Ended sshrpc/);
      await only.exit;
    });
  });

  describe("sessions", () => {
    it("one client gets half, another one its own; what is freed is there at once", async () => {
      await serve({ clients: 2 });
      const [greedy, other] = [client(), client()];
      // Over one connection: it is the places that are counted.
      const open = async (of: Daemon): Promise<number> =>
        (await of.request("ssh.new", { ...loginParams(server), persist: 60 })).session;
      for (let n = 1; n <= 8; n++) assert.equal(await open(greedy), n);
      const full = { errno: "EMFILE", dispatched: "no" };
      const error = await rejects(open(greedy), "ConnectFailed", full);
      assert.match(error.message, /this client of the shared daemon has 8 sessions.* free some/);
      for (let n = 1; n <= 6; n++) assert.equal(await open(other), n);
      await rejects(open(other), "ConnectFailed", full);
      const told = await status(other);
      assert.deepEqual(
        told.clients.map(({ places }: Json) => places),
        [8, 6],
      );
      assert.deepEqual(told.limits.places, { most: 8, taken: 6, reserve: 4 });
      for (const session of [1, 2]) await greedy.request("session.free", { session });
      assert.equal(await open(other), 7);
      await rejects(open(other), "ConnectFailed", full);
      await greedy.kill();
      await until(async () => (await status(other)).clients.length === 1, "it has gone");
      assert.equal(await open(other), 8);
    });
  });

  describe("forwards", () => {
    /** A client with a forward that leads to the server, two places of eight. */
    const forwarding = async (kind: "local" | "remote"): Promise<{ of: Daemon; port: number }> => {
      await serve({ clients: 2 });
      const of = client();
      const session = await login(of, server);
      const to = { host: server.host, port: server.port };
      const { port } = await of.request(`forward.${kind}`, { session, bind: { port: 0 }, to });
      return { of, port };
    };
    const connectTo = (port: number): Socket => {
      const opened = connect({ host: "127.0.0.1", port });
      opened.on("error", () => {});
      scope.defer(() => opened.destroy());
      return opened;
    };

    /** Whichever way it is: a reset is an error, which rejects what `once` waits for. */
    const closed = (opened: Socket) =>
      new Promise<void>((resolve) => opened.once("close", resolve));

    for (const kind of ["local", "remote"] as const) {
      it(`connections of one that is ${kind} count, too; one too many is refused and told`, async () => {
        const { of, port } = await forwarding(kind);
        const connections = Array.from({ length: 6 }, () => connectTo(port));
        await Promise.all(connections.map((each) => once(each, "data")));
        assert.equal((await status(of)).clients[0].places, 8);
        await closed(connectTo(port));
        const { params } = await of.waitFor(({ method }) => method === "forward/failed");
        assert.deepEqual([params.kind, params.errno], ["ConnectFailed", "EMFILE"]);
        assert.match(
          params.message,
          /no room for another connection: this client .* has 8 sess.*; close some/,
        );
        connections[0]!.destroy();
        await until(async () => (await status(of)).clients[0].places === 7, "its place is free");
        await once(connectTo(port), "data");
      });
    }

    it("they themselves count, until they are closed", async () => {
      const { of } = await forwarding("local");
      const listen = () => of.request("forward.dynamic", { session: 1, bind: { port: 0 } });
      for (let n = 2; n <= 7; n++) assert.equal((await listen()).forward, n);
      const full = { errno: "EMFILE", dispatched: "no" };
      const error = await rejects(listen(), "ForwardRefused", full);
      assert.match(error.message, /no room for another forward: .* close some/);
      await of.request("forward.close", { forward: 3 });
      await listen();
      await of.request("session.free", { session: 1 });
      assert.equal((await status(of)).clients[0].places, 0);
    });
  });

  it("output: one client gets half, another one something; what is read makes room", async () => {
    // A MiB for all, and 256 KiB for each.
    await serve({ clients: 2, memory: 4 * mib });
    const [greedy, other] = [client(), client()];
    const print = (of: Daemon, kib: number) =>
      of.request("session.exec", {
        session: 1,
        command: `head -c ${kib * 1024} /dev/zero | tr '\\0' x; sleep 0`,
      });
    for (const each of [greedy, other]) await login(each, server);
    const error = await rejects(print(greedy, 1024), "OutputTooLarge");
    assert.match(error.message, /no room for it: this client has \d+ bytes .* a daemon of its own/);
    greedy.pause();
    print(greedy, 700).catch(() => {});
    await until(async () => (await status(other)).clients[0].output > 256 * 1024, "it waits");
    assert.equal((await print(other, 256)).output.length, 256 * 1024);
    await rejects(print(other, 900), "OutputTooLarge");
    greedy.resume();
    await until(async () => (await status(other)).limits.output.taken === 0, "it is read");
    assert.equal((await print(other, 700)).output.length, 700 * 1024);
  });

  it("output: what a client leaves unread that has ended its input holds no room for ever", async () => {
    await serve({ clients: 2, memory: 4 * mib });
    const [leaver, other] = [client(), client()];
    await login(leaver, server);
    leaver.pause();
    const command = `head -c ${700 * 1024} /dev/zero | tr '\\0' x; sleep 0`;
    leaver.request("session.exec", { session: 1, command }).catch(() => {});
    await until(async () => (await status(other)).limits.output.taken > 0, "it waits");
    leaver.endStdin();
    await until(async () => (await status(other)).clients.length === 1, "it has gone");
    const isDropped = async () => (await status(other)).limits.output.taken === 0;
    await until(isDropped, "it is dropped");
  });
});
