import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { makeFile, sha256 } from "../fixtures/files.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { login, rejects, statusOf } from "./support/calls.ts";

describe("e2e: many at once", () => {
  const scope = useScope();
  before(function () {
    requires(this, "sshd");
  });

  interface Setup {
    daemon: Daemon;
    sshd: SshServer;
    session: number;
    exec: (command: string, options?: object) => Promise<Json>;
  }

  async function start(config: string[] = []): Promise<Setup> {
    const sshd = scope.add(await startSshd({ config }));
    const daemon = scope.add(startDaemon());
    const session = await login(daemon, sshd);
    return {
      daemon,
      sshd,
      session,
      exec: (command, options) => daemon.request("session.exec", { session, command, ...options }),
    };
  }

  /** A command that says `word` once the file of that name is there, in the account's home. */
  const waitFor = (word: string) =>
    `touch ${word}-runs; while [ ! -e ${word} ]; do sleep 0.02; done; echo ${word}`;
  const isRunning = (sshd: SshServer, word: string) =>
    until(() => existsSync(join(sshd.home, `${word}-runs`)), `${word} runs`);
  const release = (sshd: SshServer, word: string) => writeFileSync(join(sshd.home, word), "");

  describe("commands on one session", () => {
    const limits: [string, string[], number][] = [
      ["a stock server (MaxSessions 10)", [], 200],
      ["MaxSessions 3", ["MaxSessions 3"], 100],
      ["MaxSessions 1", ["MaxSessions 1"], 60],
    ];
    for (const [name, config, count] of limits) {
      it(`all run, ${count} of them: ${name}`, async () => {
        const { daemon, session, exec } = await start(config);
        const results = await Promise.all(
          Array.from({ length: count }, (_, n) =>
            exec(`echo ${n}; echo not ${n} >&2; exit ${n % 100}`, { streams: "separate" }),
          ),
        );
        for (const [n, { stdout, stderr, exitCode }] of results.entries()) {
          assert.deepEqual([stdout, stderr, exitCode], [`${n}\n`, `not ${n}\n`, n % 100]);
        }
        const { execs, channels, queued } = await statusOf(daemon, session);
        assert.deepEqual({ execs, channels, queued }, { execs: count, channels: 0, queued: 0 });
      });
    }

    it("all run among transfers", async () => {
      const { daemon, sshd, session, exec } = await start(["MaxSessions 3"]);
      const folder = scope.tempDir();
      const size = 300_000;
      const digest = await sha256(makeFile(join(sshd.home, "remote"), size));
      const calls = Array.from({ length: 60 }, async (_, n) => {
        const dest = join(folder, String(n));
        switch (n % 4) {
          case 0: {
            const scpRecv = { session, source: "remote", dest };
            assert.deepEqual(await daemon.request("session.scpRecv", scpRecv), { bytes: size });
            assert.equal(await sha256(dest), digest);
            break;
          }
          case 1: {
            const scpSend = { session, data: `file ${n}`, dest: `sent-${n}` };
            assert.equal(await daemon.request("session.scpSend", scpSend), true);
            assert.equal((await exec(`cat sent-${n}`)).output, `file ${n}`);
            break;
          }
          case 2: {
            const scpRecv = { session, source: "remote" };
            assert.equal((await daemon.request("session.scpRecv", scpRecv)).bytes, size);
            break;
          }
          default:
            assert.equal((await exec(`echo ${n}`)).output, `${n}\n`);
        }
      });
      await Promise.all(calls);
      assert.equal(readdirSync(folder).length, 15);
    });

    it("run side by side: a slow one doesn't delay a quick one", async () => {
      const { daemon, sshd, exec } = await start();
      const slow = exec(waitFor("slow"));
      await isRunning(sshd, "slow");
      assert.equal((await exec("echo quick")).output, "quick\n");
      release(sshd, "slow");
      assert.equal((await slow).output, "slow\n");
      const outputs = daemon.messages.flatMap(({ result }) => result?.output ?? []);
      assert.deepEqual(outputs, ["quick\n", "slow\n"]);
    });

    it("that wait past their deadline never ran, and the others go on", async () => {
      const { daemon, sshd, session, exec } = await start(["MaxSessions 1"]);
      const first = exec(waitFor("first"));
      await isRunning(sshd, "first");
      const late = Array.from({ length: 5 }, (_, n) => {
        const call = exec(`touch late-${n}`, { timeout: 0.3 + n / 100 });
        return rejects(call, "Timeout", {
          phase: "queue",
          dispatched: "no",
          output: "",
          seconds: 0.3 + n / 100,
        });
      });
      const patient = Array.from({ length: 5 }, (_, n) => exec(`echo patient ${n}`));
      await Promise.all(late);
      const source = join(sshd.home, "first-runs");
      const transfer = { session, source, timeout: 0.1 };
      const expected = { phase: "queue", dispatched: "no" };
      await rejects(daemon.request("session.scpRecv", transfer), "Timeout", expected);
      await until(async () => (await statusOf(daemon, session)).queued === 5, "five wait");
      release(sshd, "first");
      assert.equal((await first).output, "first\n");
      const outputs = (await Promise.all(patient)).map(({ output }) => output);
      assert.deepEqual(
        outputs,
        patient.map((_, n) => `patient ${n}\n`),
      );
      assert.deepEqual(
        readdirSync(sshd.home).filter((name) => name.startsWith("late")),
        [],
      );
    });

    it("end what waits for them where they are refused for good", async () => {
      const { exec, daemon, session } = await start(["MaxSessions 0"]);
      const refused = { reason: 2, dispatched: "no" };
      await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          rejects(exec(`echo ${n}`), "ChannelOpenFailed", refused),
        ),
      );
      const transfer = daemon.request("session.scpRecv", { session, source: "x" });
      await rejects(transfer, "ChannelOpenFailed", refused);
    });

    it("find room again when the places' holders have ended", async () => {
      const { daemon, sshd, session, exec } = await start(["MaxSessions 2"]);
      const holders = ["one", "two"].map((word) => exec(waitFor(word)));
      await isRunning(sshd, "one");
      await isRunning(sshd, "two");
      const rest = Array.from({ length: 10 }, (_, n) => exec(`echo ${n}`));
      await until(async () => (await statusOf(daemon, session)).queued === 10, "ten wait");
      release(sshd, "two");
      const outputs = (await Promise.all(rest)).map(({ output }) => output);
      assert.deepEqual(
        outputs,
        rest.map((_, n) => `${n}\n`),
      );
      release(sshd, "one");
      assert.deepEqual(
        (await Promise.all(holders)).map(({ output }) => output),
        ["one\n", "two\n"],
      );
    });
  });

  describe("sessions", () => {
    it("end without a word on channels that were opened ahead", async () => {
      const server = scope.add(await startFaultServer());
      const daemon = scope.add(startDaemon());
      const session = await login(daemon, server);
      for (let n = 0; n < 2; n++) {
        await daemon.request("session.exec", { session, command: "true" });
      }
      const isOpen = async () => (await statusOf(daemon, session)).ahead === 1;
      await until(isOpen, "a channel is open ahead");
      await daemon.request("session.disconnect", { session });
      const connection = await server.connection(0);
      await connection.closed;
      const requests = connection.records.filter(({ type }) => type === "request");
      assert.equal(requests.length, 2);
      const { channels, ahead } = await statusOf(daemon, session);
      assert.deepEqual({ channels, ahead }, { channels: 0, ahead: 0 });
    });

    it("are made side by side, twenty at once", async () => {
      const sshd = scope.add(await startSshd());
      const daemon = scope.add(startDaemon());
      const sessions = await Promise.all(Array.from({ length: 20 }, () => login(daemon, sshd)));
      const handles = Array.from({ length: 20 }, (_, n) => n + 1);
      assert.deepEqual(new Set(sessions), new Set(handles));
      const results = await Promise.all(
        sessions.map((session) =>
          daemon.request("session.exec", { session, command: "echo $PPID" }),
        ),
      );
      // Each has a server process of its own.
      assert.equal(new Set(results.map(({ output }) => output)).size, 20);
      assert.equal(sshd.connections().length, 20);
      await Promise.all(sessions.map((session) => daemon.request("session.free", { session })));
      await until(() => sshd.connections().length === 0, "every server process has ended");
    });

    it("are all usable, a hundred of them, and all closed at the daemon's end", async function () {
      this.timeout(120_000);
      const sshd = scope.add(await startSshd());
      const daemon = scope.add(startDaemon());
      const sessions: number[] = [];
      while (sessions.length < 100) {
        const some = Array.from({ length: 10 }, () => login(daemon, sshd));
        sessions.push(...(await Promise.all(some)));
      }
      const outputs = sessions.map(async (session) => {
        const command = `echo number ${session}`;
        return (await daemon.request("session.exec", { session, command })).output;
      });
      assert.deepEqual(
        await Promise.all(outputs),
        sessions.map((session) => `number ${session}\n`),
      );
      assert.equal(sshd.connections().length, 100);
      assert.equal((await daemon.close()).code, 0);
      await until(() => sshd.connections().length === 0, "every server process has ended");
      assert.equal(sshd.log().match(/Received disconnect .*: Normal Shutdown/g)?.length, 100);
    });

    it("don't disturb each other: of fifty some are lost, some freed", async () => {
      const server = scope.add(
        await startFaultServer({
          run: (channel) => {
            if (channel.command === "wait") return;
            channel.stream.write(channel.command);
            channel.end();
          },
        }),
      );
      const daemon = scope.add(startDaemon());
      const sessions: number[] = [];
      for (let n = 0; n < 50; n++) sessions.push(await login(daemon, server));
      const exec = (session: number | undefined, command: string): Promise<Json> =>
        daemon.request("session.exec", { session, command });

      const waiting = [10, 20, 30].map((n) => exec(sessions[n], "wait"));
      const lost = [10, 20].map((n) => server.connections[n]);
      for (const connection of [10, 20, 30].map((n) => server.connections[n])) {
        await connection?.recorded((each) => each.type === "request");
      }
      lost[0]?.reset();
      lost[1]?.destroy();
      const freed = daemon.request("session.free", { session: sessions[30] });
      await rejects(waiting[0] as Promise<Json>, "ConnectionLost", {});
      await rejects(waiting[1] as Promise<Json>, "ConnectionLost", {});
      await rejects(waiting[2] as Promise<Json>, "SessionClosed", {});
      await freed;

      const outcomes = await Promise.all(
        sessions.map((session, n) =>
          exec(session, `number ${n}`).then(
            ({ output }) => output,
            (error: Json) => error.data.kind,
          ),
        ),
      );
      const expected = sessions.map((_, n) => {
        if (n === 10 || n === 20) return "SessionClosed";
        return n === 30 ? "SessionNotFound" : `number ${n}`;
      });
      assert.deepEqual(outcomes, expected);
    });
  });
});
