import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { before, describe, it } from "mocha";
import type { ClientPlan, ClientStarted } from "../fixtures/client-process.ts";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { makeFile } from "../fixtures/files.ts";
import { isRunning, signal, track } from "../fixtures/processes.ts";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { TcpProxy } from "../fixtures/tcp-proxy.ts";
import { until } from "../fixtures/until.ts";
import { login, loginParams, rejects, statusOf } from "./support/calls.ts";
import { folderOf, oldContent, untouched } from "./support/stages.ts";

/** Seconds within which the daemon is to be gone when its client is: the contract's, no guess. */
const lastBreath = 1;

/** More than all buffers between here and there hold. */
const size = 32 * 1024 * 1024;

// Runs alone: it holds the daemon to the seconds that it may take to end.
describe("e2e: a client that goes away", () => {
  const scope = useScope();
  before(function () {
    requires(this, "sshd", "proc");
  });

  /** What runs when the client goes: a command and a transfer each way, all of them stuck. */
  interface Work {
    sshd: SshServer;
    logins: object[];
    /** Calls of the sessions 1 and 2. */
    calls: { method: string; params: object }[];
    dest: string;
    /** Resolves when all of them are under way. */
    underWay: () => Promise<void>;
    /** Nothing is left of them, on either side. */
    assertGone: () => Promise<void>;
  }

  async function prepareWork(): Promise<Work> {
    // OpenSSH can't signal the commands of root's logins.
    const sshd = scope.add(await startSshd({ unprivileged: true }));
    const proxy = scope.add(await TcpProxy.start({ target: sshd }));
    makeFile(join(sshd.home, "remote"), size);
    const folder = scope.tempDir();
    const source = makeFile(join(folder, "source"), size);
    mkdirSync(join(folder, "to"));
    const dest = join(folder, "to", "dest");
    writeFileSync(dest, oldContent);
    // The remote scp finds a reader there, but one that never reads.
    const fifo = join(sshd.home, "fifo");
    execFileSync("mkfifo", ["-m", "666", fifo]);
    const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    scope.defer(() => closeSync(reader));
    const behindProxy = { ...sshd, port: proxy.port };
    return {
      sshd,
      logins: [loginParams(sshd), loginParams(behindProxy)],
      calls: [
        { method: "session.exec", params: { session: 1, command: "sleep 1000" } },
        { method: "session.scpSendfile", params: { session: 1, source, dest: fifo } },
        { method: "session.scpRecv", params: { session: 2, source: "remote", dest } },
      ],
      dest,
      async underWay() {
        await until(() => sshd.connections().length === 2, "both sessions");
        // Only now, lest the login be stalled.
        proxy.stallAfter("down", 1_000_000);
        await until(() => readdirSync(join(folder, "to")).length === 2, "the temporary file");
        const commands = () => sshd.commands().map((pid) => readFileSync(`/proc/${pid}/cmdline`));
        const runs = (what: string) =>
          commands().some((each) => each.toString().replaceAll("\0", " ").includes(what));
        await until(() => runs("sleep 1000") && runs("scp -t"), "the commands run");
      },
      async assertGone() {
        assert.deepEqual(folderOf(dest), untouched);
        await until(() => sshd.commands().length === 0, "the remote commands are gone");
        await until(() => sshd.connections().length === 0, "the connections are closed");
      },
    };
  }

  /** Resolves when the process is gone; fails where it takes longer than it may. */
  async function goneInTime(pid: number, since: number): Promise<void> {
    await until(() => !isRunning(pid), "the daemon is gone");
    const seconds = (performance.now() - since) / 1000;
    assert.ok(seconds < lastBreath, `the daemon took ${seconds} s to end`);
  }

  describe("killed", () => {
    interface Client {
      pid: number;
      started: ClientStarted;
    }

    async function startClient(plan: Omit<ClientPlan, "daemon">): Promise<Client> {
      const script = new URL("../fixtures/client-process.js", import.meta.url).pathname;
      const daemon = [join(projectRoot, "bin/sshrpc.js"), "--stdio"];
      const child = track(
        spawn(process.execPath, [script, JSON.stringify({ daemon, ...plan })], {
          stdio: ["ignore", "pipe", "ignore"],
          env: { ...process.env, HOME: scope.tempDir() },
        }),
      );
      scope.defer(() => child.kill("SIGKILL"));
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
      const started = JSON.parse(String((await lines.next()).value)) as ClientStarted;
      scope.defer(() => {
        for (const pid of [started.daemon, started.holder]) if (pid) signal(pid, "SIGKILL");
      });
      return { pid: child.pid ?? 0, started };
    }

    const plan = ({ logins, calls }: Work) => ({
      first: logins.map((params, n) => ({ id: `login ${n}`, method: "ssh.new", params })),
      rest: calls.map((call, n) => ({ id: n, ...call })),
    });

    it("takes the daemon and all that ran with it", async () => {
      const work = await prepareWork();
      const { pid, started } = await startClient(plan(work));
      await work.underWay();
      const since = performance.now();
      signal(pid, "SIGKILL");
      await goneInTime(started.daemon, since);
      await work.assertGone();
    });

    it("does so though another process holds the pipes open", async () => {
      const work = await prepareWork();
      const { pid, started } = await startClient({ ...plan(work), holder: true });
      await work.underWay();
      const since = performance.now();
      signal(pid, "SIGKILL");
      await goneInTime(started.daemon, since);
      assert.ok(isRunning(started.holder ?? 0), "the other process still runs");
      await work.assertGone();
    });

    it("takes the daemon in the midst of a login", async () => {
      const server = scope.add(await startFaultServer({ authenticate: () => {} }));
      const request = { id: 1, method: "ssh.new", params: loginParams(server) };
      const { pid, started } = await startClient({ first: [request], rest: [] });
      const connection = await server.connection(0);
      await connection.recorded((each) => each.type === "auth");
      const since = performance.now();
      signal(pid, "SIGKILL");
      await goneInTime(started.daemon, since);
      await connection.closed;
    });
  });

  describe("in order", () => {
    const ways: Record<string, (daemon: Daemon) => Promise<void> | void> = {
      "ends the daemon's stdin": (daemon) => daemon.endStdin(),
      "sends SIGTERM": (daemon) => daemon.signal("SIGTERM"),
      "sends `exit`": (daemon) => daemon.notify("exit"),
      "closes the daemon's stdout": (daemon) => daemon.closeStdout(),
      "closes the daemon's stdout, and asks once more": async (daemon) => {
        await daemon.closeStdout();
        await daemon.send({ id: "unheard", method: "daemon.status" });
      },
    };
    for (const [how, leave] of Object.entries(ways)) {
      it(how, async () => {
        const work = await prepareWork();
        const daemon = scope.add(startDaemon());
        for (const params of work.logins) await daemon.request("ssh.new", params);
        for (const [n, call] of work.calls.entries())
          await daemon.send({ id: `call ${n}`, ...call });
        await work.underWay();
        const since = performance.now();
        await leave(daemon);
        const [{ code }] = await Promise.all([daemon.exit, goneInTime(daemon.pid, since)]);
        assert.equal(code, how === "sends `exit`" ? 1 : 0);
        await work.assertGone();
      });
    }

    it("answers what runs before it ends, when only its input has ended", async () => {
      const work = await prepareWork();
      const daemon = scope.add(startDaemon());
      for (const params of work.logins) await daemon.request("ssh.new", params);
      for (const [n, call] of work.calls.entries()) await daemon.send({ id: `call ${n}`, ...call });
      await work.underWay();
      const replies = work.calls.map((_, n) => daemon.reply(`call ${n}`));
      const ends = replies.map((reply) => rejects(reply, "Cancelled", { dispatched: "yes" }));
      daemon.endStdin();
      await Promise.all(ends);
      await daemon.exit;
    });

    it("isn't held up by a local file that nobody reads", async () => {
      const server = scope.add(
        await startFaultServer({
          async run(channel) {
            await channel.read(1);
            await channel.write(`C0644 ${size} x\n`);
            await channel.write(Buffer.alloc(size));
          },
        }),
      );
      const folder = scope.tempDir();
      const [unread, unopened] = ["unread", "unopened"].map((name) => join(folder, name)) as [
        string,
        string,
      ];
      execFileSync("mkfifo", [unread, unopened]);
      const reader = openSync(unread, constants.O_RDONLY | constants.O_NONBLOCK);
      scope.defer(() => closeSync(reader));
      const daemon = scope.add(startDaemon());
      const session = await login(daemon, server);
      const recv = (dest: string, options: object = {}): Promise<Json> =>
        daemon.request("session.scpRecv", { session, source: "x", dest, ...options });

      const nobody = { errno: "ENXIO", path: unopened };
      await rejects(recv(unopened, { timeout: 5 }), "LocalFileError", nobody);
      await rejects(recv(unread, { timeout: 0.5 }), "Timeout", { phase: "transfer" });
      await rejects(recv(unread, { idleTimeout: 0.5 }), "Timeout", { phase: "transfer" });
      void recv(unread).catch(() => {});
      await until(
        async () => (await statusOf(daemon, session)).channels === 1,
        "the transfer runs",
      );
      const since = performance.now();
      daemon.endStdin();
      await goneInTime(daemon.pid, since);
    });

    it("is noticed though replies wait that nobody reads", async () => {
      const sshd = scope.add(await startSshd());
      const daemon = scope.add(startDaemon());
      const session = await login(daemon, sshd);
      daemon.pause();
      for (let count = 0; count < 4; count++) {
        const command = "head -c 30000000 /dev/zero | tr '\\0' x";
        await daemon.send({
          id: `unread ${count}`,
          method: "session.exec",
          params: { session, command },
        });
      }
      await until(
        () => sshd.commands().length === 0 && daemon.rss().current > 170e6,
        "all has come",
      );
      daemon.endStdin();
      await until(() => !isRunning(daemon.pid), "the daemon is gone");
    });

    it("has a deadline for the last of a file, too, that nobody reads", async () => {
      // More than a pipe takes, and less than is written at once.
      const small = 500_000;
      const server = scope.add(
        await startFaultServer({
          async run(channel) {
            await channel.read(1);
            await channel.write(`C0644 ${small} x\n`);
            await channel.write(Buffer.alloc(small + 1));
            await channel.read(2);
            channel.end();
          },
        }),
      );
      const dest = join(scope.tempDir(), "unread");
      execFileSync("mkfifo", [dest]);
      const reader = openSync(dest, constants.O_RDONLY | constants.O_NONBLOCK);
      scope.defer(() => closeSync(reader));
      const daemon = scope.add(startDaemon());
      const session = await login(daemon, server);
      const params = { session, source: "x", dest, timeout: 0.5 };
      await rejects(daemon.request("session.scpRecv", params), "Timeout");
    });
  });
});
