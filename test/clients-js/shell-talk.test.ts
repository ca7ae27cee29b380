import assert from "node:assert/strict";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { END, Timeout } from "../../clients/js/index.ts";
import type { RemoteShell, Session } from "../../clients/js/index.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { Lab } from "./lab.ts";

describe("JavaScript client: a shell's expect and command, on OpenSSH", function () {
  this.timeout(60_000);
  const suite = useScope("suite");
  let lab: Lab;
  let session: Session;

  before(async function () {
    requires(this, "sshd");
    lab = await Lab.start(suite);
    session = suite.add(await lab.connect());
  });

  /** A shell that says nothing but what it is told to. */
  const quiet = async () => {
    const shell = session.shell({ pty: { columns: 500, modes: { ECHO: 0 } } });
    shell.write("exec sh -c 'printf \"%s!\\n\" ready; exec sh' <&0 2>&0\r");
    await shell.expect("ready!\r\n");
    return shell;
  };

  it("finds texts and patterns, the first of several, and what came before", async () => {
    const shell = await quiet();
    shell.write("printf 'a%sb%sc=%s\\n' 1 2 34\r");
    const found = await shell.expect(["never", /c=(?<n>\d+)\r\n/g, "b2"]);
    assert.deepEqual([found.index, found.text, found.match], [2, "b2", null]);
    assert.match(found.before, /a1$/);
    const next = await shell.expect(/c=(?<n>\d+)\r\n/y);
    assert.deepEqual([next.index, next.before, next.match?.groups?.["n"]], [0, "", "34"]);
    shell.destroy();
  });

  it("leaves what was read where it isn't shown in time, and says it", async () => {
    const shell = await quiet();
    shell.write("printf 'st%s\\n' ays\r");
    await shell.expect("st");
    // There it is for certain, and isn't what is waited for.
    await once(shell, "readable");
    await assert.rejects(shell.expect(/never/, { timeout: 0.2 }), (error: Timeout) => {
      assert.ok(error instanceof Timeout);
      assert.match(
        error.message,
        /^not shown within 0\.2 s: \/never\/; what was shown ends with ".*ays/,
      );
      assert.deepEqual([error.data["phase"], error.dispatched], ["expect", "yes"]);
      assert.match(error.stdout as string, /^ays/);
      return true;
    });
    await shell.expect("ays\r\n");
    const gone = AbortSignal.abort(new Error("enough"));
    await assert.rejects(shell.expect("x", { signal: gone }), { kind: "Cancelled" });
    await assert.rejects(shell.expect("x", { timeout: -1 }), { kind: "InvalidParams" });
    await assert.rejects(shell.expect(7 as never), TypeError);
    shell.destroy();
    await assert.rejects(shell.expect("x"), { kind: "Cancelled" });
  });

  it("tells the end from what doesn't come, and its exit", async () => {
    const shell = session.shell({ pty: false });
    const exited = once(shell, "exit");
    shell.end("printf 'h\\303\\251\\377!'; exit 3\n");
    await shell.expect("é");
    await assert.rejects(shell.expect("never"), (error: Error) => {
      assert.match(error.message, /has ended before 'never'; what was shown ends with "\uFFFD!"/);
      return "kind" in error && error.kind === "CommandNotFound";
    });
    const last = await shell.expect([END, "never"]);
    assert.deepEqual([last.index, last.before, last.text], [0, "\uFFFD!", ""]);
    assert.deepEqual(await exited, [3, null]);
    assert.equal((await shell.expect(END)).before, "");
    await assert.rejects(shell.command("x"), { kind: "CommandNotFound" });
  });

  it("stays a stream, of bytes as they came", async () => {
    const shell = session.shell({ pty: false });
    shell.end("printf 'a\\377\\303b\\303\\251>\\377\\200rest'\n");
    await shell.expect("é>");
    const chunks: Buffer[] = [];
    for await (const chunk of shell) chunks.push(chunk as Buffer);
    assert.equal(Buffer.concat(chunks).toString("latin1"), "\xff\x80rest");
    const encoded = session.shell({ pty: false });
    encoded.setEncoding("hex").end("printf 'one two'\n");
    await encoded.expect("one");
    assert.equal(await text(encoded), Buffer.from(" two").toString("hex"));
    const flowing = session.shell().resume();
    await assert.rejects(flowing.expect("x"), { kind: "InvalidParams" });
    flowing.destroy();
  });

  it("gives bash's output, whose prompt has bracketed paste on", async () => {
    const shell = session.shell({ pty: { columns: 500 } });
    shell.write("exec bash --norc -i\r");
    shell.write(
      "bind 'set enable-bracketed-paste on'; PS1='me@there:\\w$ '; printf 'in%s\\n' bash\r",
    );
    await shell.expect("inbash\r\n");
    await shell.expect("\u001B[?2004h");
    assert.equal(await shell.command("echo one; echo two"), "one\ntwo");
    assert.equal(await shell.command("cd /tmp"), "");
    const [first, second] = await Promise.all([shell.command("pwd"), shell.command("echo 2")]);
    assert.deepEqual([first, second], ["/tmp", "2"]);
    shell.destroy();
  });

  it("finds a prompt that expect has taken", async () => {
    const shell: RemoteShell = session.shell({ pty: { columns: 500 } });
    shell.write("PS1='dev''ice> '\r");
    await shell.expect("device> ");
    assert.equal(await shell.command("echo x"), "x");
    shell.destroy();
  });

  it("gives a session's loss as the error", async () => {
    const own = suite.add(await lab.connect());
    const shell = own.shell();
    await shell.expect("\n");
    const waiting = assert.rejects(shell.expect("never"), (error: Error) => {
      return "kind" in error && error.kind !== "Timeout";
    });
    await own.close();
    await waiting;
  });
});
