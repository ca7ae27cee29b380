import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { makeRuntimeFolder, runCommand } from "../fixtures/runtime-folder.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { until } from "../fixtures/until.ts";
import { failureOf, login } from "./support/calls.ts";

const script = join(projectRoot, "bin/sshrpc.js");
const joinSocket = "dist/test/fixtures/join-socket.js";
const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));

describe("the shared daemon", function () {
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

  const env = (more: Record<string, string> = {}) => ({ XDG_RUNTIME_DIR: runtime, ...more });
  const socket = () => join(runtime, "sshrpc", `${version}.sock`);
  const command = (word: "status" | "stop") => runCommand(runtime, word);
  const attach = (options: { cwd?: string; env?: Record<string, string> } = {}): Daemon =>
    scope.add(
      startDaemon({
        ...(options.cwd !== undefined && { cwd: options.cwd }),
        env: env(options.env),
        endpoint: "--attach",
      }),
    );
  const status = (daemon: Daemon): Promise<Json> => daemon.request("daemon.status", { all: true });

  it("fifty programs that start at once get one, each with handles of its own", async () => {
    const clients = Array.from({ length: 50 }, () => attach());
    const all = await Promise.all(clients.map((each) => each.request("daemon.status")));
    assert.equal(new Set(all.map(({ pid }) => pid)).size, 1);
    const [first, second] = clients as [Daemon, Daemon];
    const sessions = await Promise.all([login(first, server), login(second, server)]);
    assert.deepEqual(sessions, [1, 1]);
    await first.request("session.free", { session: 1 });
    const { output } = await second.request("session.exec", { session: 1, command: "echo mine" });
    assert.equal(output, "mine\n");
    const gone = await failureOf(first.request("session.exec", { session: 1, command: "true" }));
    assert.equal(gone.data.kind, "SessionNotFound");
    assert.equal((await first.request("daemon.status")).sessions.length, 0);
    const told = await status(first);
    assert.equal(told["clients"].length, 50);
    assert.deepEqual(
      told["sessions"].map(({ session }: Json) => session),
      [1],
    );
  });

  it("a client's end, by EOF or by a kill, ends what is its own, and nothing else", async () => {
    const other = attach();
    const session = await login(other, server);
    for (const end of ["close", "kill"] as const) {
      const client = attach();
      const own = await login(client, server);
      const running = client.request("session.exec", { session: own, command: "sleep 1000" });
      running.catch(() => {});
      await until(async () => (await status(other))["sessions"].length === 2, "both are there");
      if (end === "close") await client.close();
      else await client.kill();
      await until(async () => (await status(other))["sessions"].length === 1, "one is left");
      await until(async () => (await status(other))["clients"].length === 1, "it has gone");
    }
    const { exitCode } = await other.request("session.exec", { session, command: "exit 4" });
    assert.equal(exitCode, 4);
  });

  it("a client that is killed amid output is no fault of the daemon's", async () => {
    const other = attach();
    for (const method of ["session.exec", "session.shell"]) {
      const client = attach();
      const session = await login(client, server);
      const program = { session, command: "yes", stream: true, token: "endless" };
      const { command: _, ...shell } = program;
      const running = client.request(method, method === "session.exec" ? program : shell);
      running.catch(() => {});
      if (method === "session.shell") {
        await client.request("session.write", { token: "endless", data: "yes\n" });
      }
      await client.waitFor(({ method: told }) => told === "session/output");
      await client.kill();
      await until(async () => (await status(other))["sessions"].length === 0, "it has gone");
    }
    await until(() => server.commands().length === 0, "nothing runs any more");
    assert.equal(readFileSync(join(runtime, "sshrpc", "daemon.log"), "utf8"), "");
  });

  it("relative paths and the agent are the client's own", async () => {
    const folders = [scope.tempDir(), scope.tempDir()] as const;
    for (const [index, cwd] of folders.entries()) {
      writeFileSync(join(cwd, "here"), `content ${index}\n`);
      const client = attach({ cwd });
      const session = await login(client, server);
      const dest = join(server.home, `there${index}`);
      await client.request("session.scpSendfile", { session, source: "here", dest });
      await client.request("session.scpRecv", { session, source: dest, dest: "back" });
      assert.equal(readFileSync(join(cwd, "back"), "utf8"), `content ${index}\n`);
    }
    const client = attach({ env: { SSH_AUTH_SOCK: "/none/of/mine" } });
    const { host, port, username } = server;
    const refused = await failureOf(
      client.request("ssh.new", { host, port, username, agent: true, prompt: false }),
    );
    assert.match(JSON.stringify(refused.data), /none|ENOENT/);
  });

  it("what one client does wrong is its own affair", async () => {
    const other = attach();
    await other.request("daemon.status");
    const garbage = execa(process.execPath, [script, "--attach"], {
      env: env(),
      input: "Content-Length: nonsense\r\n\r\n",
      reject: false,
    });
    await garbage;
    assert.equal((await status(other))["clients"].length, 1);
  });

  it("its user alone may connect; a folder that others may enter, or a link, is refused", async () => {
    const client = attach();
    await client.request("daemon.status");
    assert.equal(statSync(socket()).mode & 0o777, 0o600);
    assert.equal(statSync(join(runtime, "sshrpc")).mode & 0o777, 0o700);
    const open = scope.tempDir();
    await execa("mkdir", ["-m", "755", join(open, "sshrpc")]);
    const linked = scope.tempDir();
    symlinkSync(join(runtime, "sshrpc"), join(linked, "sshrpc"));
    for (const folder of [open, linked]) {
      const { exitCode, stderr } = await execa(process.execPath, [script, "--attach"], {
        env: { XDG_RUNTIME_DIR: folder },
        reject: false,
      });
      assert.equal(exitCode, 2);
      assert.match(stderr, /can't be trusted/);
    }
  });

  it("killed: its clients are told, and the next one starts another", async () => {
    const client = attach();
    const session = await login(client, server);
    const running = client.request("session.exec", { session, command: "sleep 1000" });
    running.catch(() => {});
    const { pid } = await client.request("daemon.status");
    process.kill(pid, "SIGKILL");
    await client.exit;
    const next = attach();
    const { pid: another } = await next.request("daemon.status");
    assert.notEqual(another, pid);
  });

  it("a socket that a dead daemon has left is taken over", async () => {
    const client = attach();
    const { pid } = await client.request("daemon.status");
    process.kill(pid, "SIGKILL");
    await client.exit;
    assert.ok(existsSync(socket()));
    await attach().request("daemon.status");
  });

  it("status and stop, for people", async () => {
    assert.match((await command("status")).stdout, /No shared daemon runs/);
    const client = attach();
    await login(client, server);
    const joined = scope.add(startDaemon({ program: joinSocket, args: [socket()] }));
    await joined.request("daemon.status");
    const { stdout } = await command("status");
    assert.match(stdout, /^2 clients, 1 session, 0 forwards/m);
    assert.match(
      stdout,
      new RegExp(`^  client 1: process ${process.pid}, for (less than 1|\\d+) s$`, "m"),
    );
    assert.match(stdout, /^  client \d+: of an unknown process, for (less than 1|\d+) s$/m);
    assert.equal(stdout.match(/^ {2}client \d+: /gm)?.length, 2);
    assert.match(stdout, new RegExp(`client 1 session 1: ${server.username}@`));
    assert.match((await command("stop")).stdout, /^Ended sshrpc/);
    await client.exit;
    assert.ok(!existsSync(socket()));
    assert.match((await command("stop")).stdout, /No shared daemon runs/);
  });

  it("a client may connect by itself, and says where it runs in initialize", async () => {
    await attach().request("daemon.status");
    const cwd = scope.tempDir();
    const client = scope.add(startDaemon({ program: joinSocket, args: [socket()] }));
    const environment = { cwd, umask: 0o077, variables: { HOME: cwd } };
    await client.request("initialize", { processId: process.pid, environment });
    const { clients } = await status(client);
    assert.deepEqual(
      clients.map(({ process: pid }: Json) => pid),
      [process.pid, process.pid],
    );
    const session = await login(client, server);
    await client.request("session.scpRecv", { session, source: "/etc/passwd", dest: "copy" });
    assert.equal(statSync(join(cwd, "copy")).mode & 0o777, 0o600);
  });
});
