import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { fails } from "./support/fails.ts";
import { open } from "./support/session.ts";

describe("accounts on which scp can't run: the error has what the server said, and advice", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let daemon: Daemon;

  before(function () {
    requires(this, "sshd");
    daemon = suite.add(startDaemon());
  });

  const shell = /whatever the account's shell runs at its start .* must print nothing/;
  const account = /the account seems not to be allowed to run scp .*SFTP only/;
  const cases: [what: string, forced: string, said: string, advice: RegExp][] = [
    [
      "start-up files that print",
      `echo 'This is a "banner"'; exec sh -c "$SSH_ORIGINAL_COMMAND"`,
      'This is a "banner"',
      shell,
    ],
    [
      "start-up files that print what looks like a header",
      `echo Today is Monday; exec sh -c "$SSH_ORIGINAL_COMMAND"`,
      "Today is Monday",
      shell,
    ],
    [
      "nologin",
      "echo This account is currently not available.; exit 1",
      "This account is currently not available.",
      account,
    ],
    ["SFTP only", "internal-sftp", "This service allows sftp connections only.", account],
  ];
  for (const [what, forced, said, advice] of cases) {
    it(what, async () => {
      const server = scope.add(await startSshd({ config: [`ForceCommand ${forced}`] }));
      const session = await open(daemon, server);
      for (const transfer of [
        () => session.recv("/etc/hostname"),
        () => session.send("data", "file"),
      ]) {
        const { message, data } = await fails(transfer(), "ScpProtocolError");
        assert.ok(data.stdout.startsWith(said), message);
        assert.match(message, advice);
        assert.ok(message.includes(JSON.stringify(said).slice(1, -1)), message);
      }
    });
  }

  it("no scp", async () => {
    const config = [`ForceCommand PATH=/nonexistent; $SSH_ORIGINAL_COMMAND`];
    const server = scope.add(await startSshd({ config }));
    const session = await open(daemon, server);
    const error = await fails(session.recv("/etc/hostname"), "ScpProtocolError", { exitCode: 127 });
    assert.match(
      error.message,
      /status 127\).*scp.*not found; there is no scp in the server's PATH/,
    );
  });
});
