import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { track } from "../fixtures/processes.ts";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { runCommands } from "../fixtures/run-commands.ts";
import { makeRuntimeFolder } from "../fixtures/runtime-folder.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { loginParams } from "./support/calls.ts";
import { startRawServer } from "./support/raw-server.ts";

const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));

describe("many clients of a shared daemon", function () {
  this.timeout(120_000);
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

  // The same home: what bears on trust is the same.
  const env = () => ({ XDG_RUNTIME_DIR: runtime, HOME: runtime });
  const socketOf = (which: string) => join(runtime, "sshrpc", `${which}.sock`);
  const attach = (): Daemon => scope.add(startDaemon({ endpoint: "--attach", env: env() }));
  const joinSocket = (): Daemon => {
    const program = "dist/test/fixtures/join-socket.js";
    return scope.add(startDaemon({ program, args: [socketOf(version)], env: env() }));
  };
  const open = async (client: Daemon, more: object = {}): Promise<number> =>
    (await client.request("ssh.new", { ...loginParams(server), persist: 60, ...more })).session;
  const status = (client: Daemon): Promise<Json> => client.request("daemon.status", { all: true });

  it("fifty programs run their commands over one connection: every answer is right", async () => {
    const client = attach();
    await client.request("daemon.status");
    const params = { ...loginParams(server), persist: 60, timeout: 100 };
    const right = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        runCommands(socketOf(version), params, `program ${n}`, 20),
      ),
    );
    assert.deepEqual(
      right,
      right.map(() => 20),
    );
    assert.equal(server.log().match(/Accepted password/g)?.length, 1);
    const [told] = (await status(client)).connections;
    assert.equal(told.connection, 1);
  });

  describe("a client's end, whichever it is, ends what is its own and nothing else", () => {
    const ends: Record<string, (client: Daemon) => Promise<unknown>> = {
      SIGKILL: (client) => client.kill(),
      SIGTERM: async (client) => client.signal("SIGTERM"),
      SIGHUP: async (client) => client.signal("SIGHUP"),
      "the end of its input": async (client) => client.endStdin(),
      "exit, without shutdown": (client) => client.notify("exit"),
      "shutdown and exit": async (client) => {
        await client.request("shutdown");
        await client.notify("exit");
      },
      "nobody who reads it": async (client) => {
        await client.closeStdout();
        // It finds that out as it is told something.
        await client.send({ id: 99, method: "daemon.status" });
      },
    };
    for (const [name, end] of Object.entries(ends)) {
      it(name, async () => {
        const other = attach();
        const kept = await open(other);
        const client = attach();
        const session = await open(client);
        const token = "runs";
        const running = client.request("session.exec", {
          session,
          command: "sleep 1000",
          token,
          openStdin: true,
        });
        running.catch(() => {});
        await until(() => server.commands().length > 0, "it runs");
        await end(client);
        await until(async () => (await status(other)).clients.length === 1, "it has gone");
        await until(() => server.commands().length === 0, "what it ran has, too");
        const { sessions } = await status(other);
        assert.deepEqual(
          sessions.map((each: Json) => [each.session, each.state]),
          [[kept, "open"]],
        );
        const { output } = await other.request("session.exec", {
          session: kept,
          command: "echo on",
        });
        assert.equal(output, "on\n");
        assert.equal(server.accepted(), 1);
      });
    }

    it("the end of its process, where another one holds its connection open", async () => {
      const other = attach();
      await other.request("daemon.status");
      const process_ = track(spawn("sleep", ["1000"], { stdio: "ignore" }));
      const client = joinSocket();
      const variables = { HOME: runtime };
      const environment = { cwd: "/", umask: 0o22, variables };
      await client.request("initialize", { processId: process_.pid, environment });
      await open(client);
      process_.kill("SIGKILL");
      await until(async () => (await status(other)).clients.length === 1, "it has gone");
    });
  });

  it("one that floods, stalls and sends nonsense keeps nobody from being served", async () => {
    const silent = await startRawServer(scope);
    const bystander = attach();
    const own = await open(bystander);
    const flood = attach();
    const session = await open(flood);
    let done = 0;
    const total = 3000;
    const token = "stalls";
    const stalled = { session, command: "yes", stream: true, token, window: 64 * 1024 * 1024 };
    flood.request("session.exec", stalled).catch(() => {});
    for (let n = 0; n < total; n++) {
      flood.request("session.exec", { session, command: "echo x" }).then(
        () => (done += 1),
        () => {},
      );
    }
    const { host, port } = silent;
    const nowhere = { host, port, username: "nobody", password: "x" };
    for (let n = 0; n < 50; n++) flood.request("ssh.new", nowhere).catch(() => {});
    flood.pause();
    const nonsense = attach();
    await nonsense.write("Content-Length: 5\r\n\r\n{{{{{");
    await nonsense.write(`${"x".repeat(5000)}\r\n\r\n`);
    for (let n = 0; n < 30; n++) {
      const command = `echo ${n}`;
      const { output } = await bystander.request("session.exec", { session: own, command });
      assert.equal(output, `${n}\n`);
    }
    assert.ok(done < total, "it was served before the flood");
    await flood.kill();
    await until(async () => (await status(bystander)).sessions.length === 1, "the flood is over");
  });

  it("one of another version has a socket of its own, beside it", async () => {
    const client = attach();
    const { pid } = await client.request("daemon.status");
    const copy = scope.tempDir();
    cpSync(join(projectRoot, "bin"), join(copy, "bin"), { recursive: true });
    for (const name of ["dist", "node_modules", "openrpc.json"]) {
      symlinkSync(join(projectRoot, name), join(copy, name));
    }
    const manifest = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
    writeFileSync(join(copy, "package.json"), JSON.stringify({ ...manifest, version: "99.0.0" }));
    const program = join(copy, "bin/sshrpc.js");
    scope.defer(() => execa(process.execPath, [program, "stop"], { env: env(), reject: false }));
    const newer = scope.add(startDaemon({ endpoint: "--attach", env: env(), program }));
    const told = await newer.request("daemon.status");
    assert.notEqual(told.pid, pid);
    assert.equal(told.version, "99.0.0");
    assert.ok(existsSync(socketOf(version)) && existsSync(socketOf("99.0.0")));
    assert.equal((await client.request("daemon.status")).pid, pid);
  });
});
