import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, beforeEach, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { startDropbear } from "../fixtures/dropbear.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { TcpProxy } from "../fixtures/tcp-proxy.ts";
import { until } from "../fixtures/until.ts";
import { statusOf } from "./support/calls.ts";
import { open } from "./support/session.ts";
import type { Session } from "./support/session.ts";

/**
 * Round trips, without a clock: a proxy lets only one side speak at a time. What must be said in
 * one flight has to take effect while nothing comes back; the answer has to do without another word.
 */
describe("e2e: round trips", () => {
  const scope = useScope();
  let daemon: Daemon;
  let server: SshServer;
  let proxy: TcpProxy;
  let session: Session;

  async function start(started: SshServer): Promise<void> {
    server = scope.add(started);
    daemon = scope.add(startDaemon());
    proxy = scope.add(await TcpProxy.start({ target: server }));
    const { username, password } = server;
    session = await open(daemon, { host: proxy.host, port: proxy.port, username, password });
  }

  const ahead = async (): Promise<number> => (await statusOf(daemon, session.handle)).ahead;

  /** Runs commands until a channel is open ahead. */
  async function warm(): Promise<void> {
    await session.exec("true");
    await session.exec("true");
    await until(async () => (await ahead()) === 1, "a channel is open ahead");
  }

  /** Only the client speaks, until something has come of it; from then on only the server. */
  async function flight(effect: () => boolean | Promise<boolean>, what: string): Promise<void> {
    proxy.stall("down");
    proxy.resume("up");
    await until(effect, what);
    proxy.stall("up");
    proxy.resume("down");
  }

  /** The reply to a call that needs one flight. */
  async function inOne(call: () => Promise<Json>, effect: () => boolean): Promise<Json> {
    proxy.stall("down");
    const reply = call();
    await flight(effect, "what the call asks for");
    const result = await reply;
    proxy.resume();
    return result;
  }

  const file = (name: string) => join(server.home, name);
  const exists = (name: string) => () => existsSync(file(name));

  describe("with OpenSSH", () => {
    before(function () {
      requires(this, "sshd", "scp");
    });

    /** With an scp that leaves a file `scp-ended` when it has done its work. */
    async function sshd(...config: string[]): Promise<void> {
      const bin = scope.tempDir();
      const script = 'PATH=${PATH#*:}; scp "$@" || exit; touch scp-ended';
      writeFileSync(join(bin, "scp"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      const path = `SetEnv PATH=${bin}:${process.env["PATH"]}`;
      await start(await startSshd({ config: [path, ...config] }));
    }

    it("none is opened ahead for commands that come alone", async () => {
      await sshd();
      await Promise.all([session.exec("true"), session.exec("true")]);
      assert.equal(await ahead(), 0);
    });

    for (const most of [1, 2, 10]) {
      it(`a command takes one where MaxSessions is ${most}`, async () => {
        await sshd(`MaxSessions ${most}`);
        await warm();
        for (const name of ["one", "two", "three"]) {
          const exec = () => session.exec(`touch ${name}; echo ${name}`);
          assert.equal((await inOne(exec, exists(name))).output, `${name}\n`);
          await until(async () => (await ahead()) === 1, "the next channel is open");
        }
      });
    }

    it("a command with input takes one", async () => {
      await sshd();
      await warm();
      const stdin = "x".repeat(20_000);
      const exec = () => session.exec("cat > got; cat got; touch whole", { stdin });
      assert.equal((await inOne(exec, exists("whole"))).output, stdin);
    });

    it("input that exceeds what goes ahead of the window arrives whole", async () => {
      await sshd();
      await warm();
      for (const size of [32_768, 32_769, 7_000_000]) {
        const stdin = "0123456789".repeat(size / 10 + 1).slice(0, size);
        assert.equal((await session.exec("cat", { stdin })).output, stdin);
      }
    });

    it("a command with a variable takes two: it runs with it or not at all", async () => {
      await sshd("AcceptEnv GOOD");
      await warm();
      proxy.stall("down");
      const { up, down } = proxy.bytes;
      const exec = session.exec("touch ran; echo $GOOD", { env: { GOOD: "good" } });
      await flight(() => proxy.bytes.up > up, "the variable is sent");
      await until(() => proxy.bytes.down > down, "its answer");
      assert.equal(exists("ran")(), false);
      await flight(exists("ran"), "the command runs");
      assert.equal((await exec).output, "good\n");
    });

    it("a small file comes in one", async () => {
      await sshd();
      const dest = join(scope.tempDir(), "dest");
      writeFileSync(file("small"), "content");
      await warm();
      const { data } = await inOne(() => session.recv("small"), exists("scp-ended"));
      assert.equal(data, "content");
      rmSync(file("scp-ended"));
      await until(async () => (await ahead()) === 1, "the next channel is open");
      await inOne(() => session.recv("small", { dest }), exists("scp-ended"));
      assert.equal(readFileSync(dest, "utf8"), "content");
    });

    describe("a small file goes in two", () => {
      beforeEach(async () => {
        await sshd();
        await warm();
      });

      const calls: Record<string, (options: object) => Promise<Json>> = {
        scpSend: (options) => session.send("content", "small", options),
        scpSendfile(options) {
          const source = join(scope.tempDir(), "source");
          writeFileSync(source, "content");
          return session.sendfile(source, "small", options);
        },
      };
      for (const [name, call] of Object.entries(calls)) {
        it(name, async () => {
          proxy.stall("down");
          const reply = call({ workDoneToken: name });
          await flight(exists("small"), "the header has come with the command");
          await daemon.waitFor(({ params }) => params?.value?.kind === "begin");
          await flight(exists("scp-ended"), "the data has come with its end");
          assert.equal(await reply, true);
          assert.equal(readFileSync(file("small"), "utf8"), "content");
        });
      }

      it("and not where the header is refused: nothing is read as another", async () => {
        proxy.stall("down");
        mkdirSync(file("small"));
        mkdirSync(file("small/small"));
        const reply = session.send("C0644 1 trap\nx\0", "small", { intoDirectory: true });
        await until(() => server.commands().length > 0, "the remote scp runs");
        proxy.resume();
        await assert.rejects(reply, { message: /small\/small: Is a directory/ });
        assert.equal(exists("small/trap")(), false);
      });
    });
  });

  it("with a Dropbear that bears one channel, none is opened ahead", async function () {
    requires(this, "dropbear");
    await start(await startDropbear());
    for (let n = 0; n < 3; n++) {
      await session.exec("true");
      assert.equal(await ahead(), 0);
    }
  });
});
