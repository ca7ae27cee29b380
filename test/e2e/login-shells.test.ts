import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { programPath, requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { fails } from "./support/fails.ts";
import { open } from "./support/session.ts";
import type { Session } from "./support/session.ts";

/** Each would run a command, or name another file, somewhere. */
const names = [
  String.raw`x\';touch PWN;#`,
  "ends in \\",
  String.raw`two\\slashes`,
  "a!b",
  "a!#",
  "!!",
  "new\nline",
  "$(touch PWN)`touch PWN`",
  "it's *",
];

for (const shell of ["fish", "tcsh", "bsd-csh", "zsh", "rbash"]) {
  describe(`e2e: an account whose login shell is ${shell}`, () => {
    const suite = useScope("suite");
    let sshd: SshServer;
    let daemon: Daemon;
    let session: Session;

    before(async function () {
      requires(this, "sshd", "scp", "shells");
      sshd = suite.add(await startSshd({ shell: programPath(shell) }));
      daemon = suite.add(startDaemon());
      session = await open(daemon, sshd);
    });

    it("has files of any names sent and received", async () => {
      for (const name of names) {
        await session.send(`content of ${name}`, name);
        assert.equal(readFileSync(join(sshd.home, name), "utf8"), `content of ${name}`);
        assert.equal((await session.recv(name)).data, `content of ${name}`);
      }
      assert.ok(!existsSync(join(sshd.home, "PWN")));
    });

    it("has variables exported with values of any kind, and its own shell run the command", async () => {
      const env = { SSHRPC_A: "a 'b' $c `d` \\ !e", SSHRPC_B: "two\nlines" };
      const command = "env printenv SSHRPC_A SSHRPC_B; exit 5";
      const result = await session.exec(command, { env, envMode: "export" });
      assert.equal(result.output, `${Object.values(env).join("\n")}\n`);
      assert.equal(result.exitCode, 5);
      await fails(
        session.exec("true", { env: { "A-B": "" }, envMode: "export" }),
        "InvalidParams",
        {
          path: "env.A-B",
        },
      );
    });
  });
}
