import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import type { Session } from "../../clients/js/index.ts";
import { SudoFailed } from "../../clients/js/index.ts";
import { PASSWORD } from "../fixtures/account.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startAgent } from "../fixtures/ssh-agent.ts";
import { hasMountNamespaces, startSudoServer, usualSudoers } from "../fixtures/sudo-server.ts";
import { until } from "../fixtures/until.ts";
import { Lab } from "./lab.ts";

describe("JavaScript client: what a program is lent or given", () => {
  const suite = useScope("suite");
  const password = { sudoPassword: PASSWORD };

  /** @param reason of data */
  const refused = (promise: Promise<unknown>, reason: string) =>
    assert.rejects(promise, (error: unknown) => {
      assert.ok(error instanceof SudoFailed);
      assert.deepEqual([error.data["reason"], error.dispatched], [reason, "no"]);
      assert.ok(!`${error.message}${JSON.stringify(error.data)}`.includes(PASSWORD));
      return true;
    });

  describe("root's rights, by a real sudo(8)", () => {
    let lab: Lab;
    let session: Session;

    before(async function () {
      requires(this, "sudo", "pam", "openssl", "sshd");
      if (!hasMountNamespaces()) {
        console.log("skipped: sudo: needs root, and mounts of its own");
        this.skip();
      }
      lab = Lab.of(suite, await startSudoServer(usualSudoers));
      session = suite.add(await lab.connect());
    });

    it("run, as root and as another user", async () => {
      const options = { sudo: true, ...password, input: "in", reject: false };
      const { stdout, exitCode } = await session.run("id -un; cat; exit 7", options);
      assert.deepEqual([stdout, exitCode], ["root\nin", 7]);
      const other = await session.run("id -un", { sudo: "daemon", ...password, pty: true });
      assert.equal(other.stdout.trim(), "daemon");
      const quoted = await session.$({ sudo: true, ...password })`echo ${"it's"}`;
      assert.equal(quoted.stdout, "it's");
    });

    it("spawn, and what is written to it", async () => {
      const command = session.spawn("id -un; cat", { sudo: true, ...password });
      command.stdin.end("typed");
      assert.equal(await text(command.stdout), "root\ntyped");
    });

    it("a shell", async () => {
      const env = { GREETING: "it's me" };
      const options = { sudo: true, ...password, env, envMode: "export" } as const;
      const shell = session.shell(options);
      shell.setEncoding("utf8");
      let shown = "";
      shell.on("data", (chunk: string) => (shown += chunk));
      shell.write('echo "$(id -un)-$GREETING"; exit 3\n');
      await until(() => shown.includes("root-it's me"), "root's shell answers");
      assert.equal((await shell.wait()).exitCode, 3);
      assert.ok(!shown.includes(PASSWORD));
    });

    it("each refusal is its own", async () => {
      const run = (sudo: boolean | string, sudoPassword?: string) =>
        session.run("true", { sudo, sudoPassword });
      await refused(run(true, "wrong"), "wrongPassword");
      await refused(run(true), "passwordNeeded");
      await refused(run("daemon", PASSWORD), "noTerminal");
      await refused(run("bin", PASSWORD), "notAllowed");
      await refused(run("nobody-there", PASSWORD), "unknownUser");
      const without = await Lab.start(suite, { config: ["SetEnv PATH=/var/empty"] });
      const other = suite.add(await without.connect());
      await refused(other.run("true", { sudo: true }), "notFound");
    });

    it("nobody but the call is asked for the password", async () => {
      let asked = 0;
      const onPrompt = () => {
        asked += 1;
        return PASSWORD;
      };
      const other = suite.add(await lab.connect({ password: undefined, onPrompt }));
      assert.equal(asked, 1);
      await refused(other.spawn("true", { sudo: true }).wait(), "passwordNeeded");
      await refused(other.shell({ sudo: true }).wait(), "passwordNeeded");
      assert.equal(asked, 1);
    });
  });

  it("the agent, where that is asked for", async function () {
    requires(this, "sshd", "ssh");
    const lab = await Lab.start(suite);
    const agent = suite.add(await startAgent());
    agent.add(lab.server.privateKeyPath);
    const session = suite.add(await lab.connect({ agent: agent.socket }));
    const { stdout } = await session.run("ssh-add -l", { forwardAgent: true });
    assert.match(stdout, /SHA256:/);
    await assert.rejects(session.run("ssh-add -l"), { kind: "CommandFailed" });
    const shell = session.shell({ pty: false, forwardAgent: true });
    shell.end("ssh-add -l\n");
    assert.match(await text(shell), /SHA256:/);
    const without = suite.add(await lab.connect());
    await assert.rejects(without.run("true", { forwardAgent: true }), { kind: "InvalidParams" });
  });
});
