import assert from "node:assert/strict";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Session } from "../../clients/js/index.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { until } from "../fixtures/until.ts";
import { Lab } from "./lab.ts";

describe("JavaScript client: shell and subsystem", () => {
  const suite = useScope("suite");
  let lab: Lab;
  let session: Session;

  before(async function () {
    requires(this, "sshd");
    lab = await Lab.start(suite);
    session = suite.add(await lab.connect());
  });

  it("is a terminal that one types at", async () => {
    const shell = session.shell({ pty: { columns: 100, rows: 30, modes: { ECHO: 0 } } });
    shell.setEncoding("utf8");
    let shown = "";
    shell.on("data", (chunk: string) => (shown += chunk));
    shell.write("stty size; echo go'ne'\n");
    await until(() => shown.includes("30 100") && shown.includes("gone"), "the shell answers");
    await shell.resize({ columns: 90, rows: 20 });
    shell.write("stty size\n");
    await until(() => shown.includes("20 90"), "the terminal has another size");
    const exited = once(shell, "exit");
    shell.write("exit 7\n");
    assert.deepEqual(await exited, [7, null]);
    assert.deepEqual([(await shell.wait()).exitCode, shell.exitCode], [7, 7]);
  });

  it("reads commands from its input where it has no terminal", async () => {
    const shell = session.shell({ pty: false });
    shell.end("echo out; echo err >&2; tty; exit 0\n");
    const [output, errors] = await Promise.all([text(shell), text(shell.stderr)]);
    assert.deepEqual([output, errors], ["out\nnot a tty\n", "err\n"]);
  });

  it("tells of its exit behind its end", async () => {
    const shell = session.shell({ pty: false });
    shell.end("echo out; exit 3\n");
    let said = "";
    for await (const chunk of shell) said += String(chunk);
    assert.equal(said, "out\n");
    assert.deepEqual(await once(shell, "exit"), [3, null]);
    const silent = session.shell({ pty: false });
    silent.end("exit 4\n");
    await once(silent.resume(), "end");
    assert.deepEqual(await once(silent, "exit"), [4, null]);
  });

  it("is cancelled where it is destroyed", async () => {
    const shell = session.shell();
    await once(shell, "readable");
    shell.destroy();
    await assert.rejects(shell.wait(), { kind: "Cancelled" });
    await until(() => lab.server.commands().length === 0, "the shell is gone");
  });

  it("speaks with a subsystem: SFTP's first words", async () => {
    const sftp = session.subsystem("sftp");
    // SSH_FXP_INIT, version 3.
    sftp.write(Buffer.from([0, 0, 0, 5, 1, 0, 0, 0, 3]));
    const [answer] = (await once(sftp, "data")) as [Buffer];
    assert.equal(answer[4], 2);
    sftp.end();
    assert.deepEqual(await once(sftp, "exit"), [0, null]);
  });

  it("says that there is no such subsystem", async () => {
    const none = session.subsystem("none");
    await assert.rejects(text(none), { kind: "ChannelRequestDenied" });
    await assert.rejects(none.wait(), { kind: "ChannelRequestDenied" });
  });
});
