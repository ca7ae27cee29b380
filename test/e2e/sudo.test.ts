import assert from "node:assert/strict";
import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PASSWORD } from "../fixtures/account.ts";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { hasMountNamespaces, startSudoServer } from "../fixtures/sudo-server.ts";
import { failureOf, login } from "./support/calls.ts";

/** A password isn't remembered. */
const never = "Defaults timestamp_timeout=0";

describe("e2e: sudo", () => {
  const scope = useScope("suite");
  let daemon: Daemon;
  let questions: Json[];

  before(async function () {
    requires(this, "sshd");
    daemon = scope.add(startDaemon({ args: ["--log-level", "debug"] }));
    await daemon.request("initialize", { capabilities: { prompt: true } });
  });
  beforeEach(() => {
    questions = [];
    daemon.onRequest = undefined;
  });

  const answer = (...answers: (string | null)[]) => {
    daemon.onRequest = (_, params) => {
      const given = answers[questions.length];
      questions.push(params);
      return given === null || given === undefined ? null : { answers: [given] };
    };
  };
  const refused = async (request: Promise<Json>, reason: string) => {
    const { code, message, data } = await failureOf(request);
    assert.deepEqual(
      [code, data.kind, data.reason, data.dispatched],
      [3004, "SudoFailed", reason, "no"],
      message,
    );
    assert.ok(!JSON.stringify(data).includes(PASSWORD));
    return message;
  };

  describe("of the machine", () => {
    let server: SshServer;
    let session: number;
    const served = async (...sudoers: string[]) =>
      login(daemon, scope.add(await startSudoServer([never, ...sudoers])));

    before(async function () {
      requires(this, "sudo", "pam", "openssl");
      if (!hasMountNamespaces()) {
        console.log("skipped: sudo: needs root, and mounts of its own");
        this.skip();
      }
      server = scope.add(await startSudoServer([never, "alice ALL=(ALL) ALL"]));
      session = await login(daemon, server);
    });
    const exec = (params: object) =>
      daemon.request("session.exec", { session, command: "id -un", ...params });

    it("runs a command as root, with the call's password, and nothing of it is seen", async () => {
      const command =
        "id -un; cat; tr '\\0' ' ' < /proc/$PPID/cmdline >&2; echo it\\'s >&2; exit 7";
      const request = { command, stdin: "input\n", sudo: true, sudoPassword: PASSWORD };
      const { stdout, stderr, exitCode } = await exec({ ...request, streams: "separate" });
      assert.equal(stdout, "root\ninput\n");
      assert.match(stderr, /sudo[^]*it's\n$/);
      assert.ok(!stderr.includes(PASSWORD));
      assert.equal(exitCode, 7);
    });

    it("runs it as another user, on a terminal too, with a variable and a home of its own", async () => {
      const command = "id -un; echo $GREETING; echo $HOME; tty";
      const env = { GREETING: "it's\nme" };
      const request = { command, env, envMode: "export", sudo: "daemon", sudoPassword: PASSWORD };
      const { output } = await exec({ ...request, pty: {} });
      assert.match(output, /^(?:\r\n)?daemon\r\nit's me\r\n\/usr\/sbin\r\n\/dev\/pts\/\d+\r\n$/);
    });

    it("asks the client where the call has no password, again where it was wrong", async () => {
      answer("wrong", PASSWORD);
      const { output } = await exec({ sudo: true, token: "asking" });
      assert.equal(output, "root\n");
      assert.deepEqual(
        questions.map(({ kind, prompts, token }) => [kind, prompts, token]),
        Array.from({ length: 2 }, () => [
          "password",
          [{ prompt: "[sudo] password for alice: ", echo: false }],
          "asking",
        ]),
      );
    });

    it("says that the password is wrong, or that there is none", async () => {
      await refused(exec({ sudo: true, sudoPassword: "wrong" }), "wrongPassword");
      answer(null);
      await refused(exec({ sudo: true }), "passwordNeeded");
      answer("a", "b", "c", "d");
      questions = [];
      await refused(exec({ sudo: true }), "wrongPassword");
      assert.equal(questions.length, 3);
    });

    it("says that there is no such user", async () => {
      const request = exec({ sudo: "nobody-there", sudoPassword: PASSWORD });
      assert.match(await refused(request, "unknownUser"), /unknown user.* nobody-there$/);
    });

    it("needs no password where sudoers asks for none, and takes input for none", async () => {
      const free = await served("alice ALL=(ALL) NOPASSWD: ALL");
      const request = { session: free, command: "cat", sudo: true, stdin: "not a password\n" };
      const { output } = await daemon.request("session.exec", {
        ...request,
        sudoPassword: PASSWORD,
      });
      assert.equal(output, "not a password\n");
    });

    it("says that the account may not, or needs a terminal", async () => {
      const unknown = await served();
      const params = { command: "true", sudo: true, sudoPassword: PASSWORD };
      const message = await refused(
        daemon.request("session.exec", { session: unknown, ...params }),
        "notAllowed",
      );
      assert.match(message, /not in the sudoers file/);
      const limited = await served("alice ALL=(root) /bin/true");
      await refused(daemon.request("session.exec", { session: limited, ...params }), "notAllowed");
      const tty = await served("Defaults requiretty", "alice ALL=(ALL) ALL");
      await refused(daemon.request("session.exec", { session: tty, ...params }), "noTerminal");
      const { exitCode } = await daemon.request("session.exec", {
        session: tty,
        ...params,
        pty: {},
      });
      assert.equal(exitCode, 0);
    });

    it("gives a shell, to which goes what is typed meanwhile", async () => {
      const token = "root-shell";
      const params = { session, token, sudo: true, sudoPassword: PASSWORD };
      const ended = daemon.request("session.shell", params);
      await daemon.request("session.write", {
        token,
        data: "id -un; pwd; shopt; echo $0; exit 4\n",
      });
      assert.equal((await ended).exitCode, 4);
      const shown = daemon.messages
        .filter(
          ({ method, params: { token: of } = {} }) => method === "session/output" && of === token,
        )
        .map(({ params: { data } }) => data)
        .join("");
      assert.match(shown, /root\r\n\/root\r\n/);
      assert.ok(!shown.includes(PASSWORD));
    });

    it("leaves no password in the log", () => {
      assert.ok(!daemon.stderr().includes(PASSWORD));
    });
  });

  describe("that says what it is told to", () => {
    /** A session whose sudo is this script; without one there is none. */
    async function scripted(script?: string): Promise<number> {
      const bin = scope.tempDir();
      for (const name of ["env", "sh", "cat"]) symlinkSync(`/bin/${name}`, join(bin, name));
      if (script !== undefined) {
        writeFileSync(join(bin, "sudo"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      }
      // For whoever the server runs as.
      chmodSync(bin, 0o755);
      const config = [`SetEnv PATH=${bin}`];
      return login(daemon, scope.add(await startSshd({ unprivileged: true, config })));
    }
    const exec = (session: number, params: object = {}) =>
      daemon.request("session.exec", { session, command: "echo ran", sudo: true, ...params });

    it("isn't there", async () => {
      await refused(exec(await scripted()), "notFound");
    });

    it("asks for nothing", async () => {
      const session = await scripted('while [ "$1" != -- ]; do shift; done; shift; exec "$@"');
      const { output } = await exec(session, { command: "cat; echo ran", stdin: "in\n" });
      assert.equal(output, "in\nran\n");
    });

    it("begins a program whose output overtakes what says so", async () => {
      const shifted = 'while [ "$1" != -- ]; do shift; done; shift';
      const session = await scripted(`${shifted}; echo early; exec "$@"`);
      const { output } = await exec(session, { streams: "interleaved" });
      assert.equal(output, "early\nran\n");
    });

    it("fails in other ways, and its words are told", async () => {
      const session = await scripted("echo 'sudo: \\033[31mno disk' >&2; exit 1");
      const message = await refused(exec(session), "other");
      assert.match(message, /^sudo failed: sudo: .*no disk$/);
    });

    it("asks and says nothing more: the call ends at its deadline", async () => {
      const session = await scripted('printf %s "$4"; read -r line; exec cat');
      const request = exec(session, { sudoPassword: PASSWORD, timeout: 0.3 });
      const { data, message } = await failureOf(request);
      assert.equal(data.kind, "Timeout");
      assert.ok(!(message + JSON.stringify(data)).includes(PASSWORD));
    });

    it("talks without end", async () => {
      await refused(exec(await scripted("while :; do echo talk; done")), "other");
    });
  });
});
