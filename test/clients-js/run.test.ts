import assert from "node:assert/strict";
import { CommandFailed, NotUtf8, SshError, command } from "../../clients/js/index.ts";
import type { Session } from "../../clients/js/index.ts";
import { findProgram, requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Lab } from "./lab.ts";

describe("JavaScript client: run", () => {
  const suite = useScope("suite");
  let lab: Lab;
  let session: Session;

  before(async function () {
    requires(this, "sshd");
    lab = await Lab.start(suite);
    session = suite.add(await lab.connect());
  });

  it("gives what a command wrote, and how it ended", async () => {
    assert.deepEqual(await session.run("echo out; echo err >&2"), {
      command: "echo out; echo err >&2",
      stdout: "out",
      stderr: "err",
      exitCode: 0,
      exitSignal: null,
    });
  });

  it("leaves out one newline at the end, or none", async () => {
    assert.equal((await session.run("printf 'a\\n\\n'")).stdout, "a\n");
    const { stdout } = await session.run("echo a", { stripFinalNewline: false });
    assert.equal(stdout, "a\n");
  });

  it("rejects what ends otherwise than with 0, with all of its result", async () => {
    const failing = session.run("echo out; printf 'why\\033[31m\\n' >&2; exit 3");
    await assert.rejects(failing, (error: CommandFailed) => {
      assert.ok(error instanceof CommandFailed && error instanceof SshError);
      const { kind, name, exitCode, exitSignal, stdout, stderr, dispatched } = error;
      assert.deepEqual([kind, name, dispatched], ["CommandFailed", "CommandFailed", "yes"]);
      assert.deepEqual([exitCode, exitSignal, stdout, stderr], [3, null, "out", "why\u001b[31m"]);
      assert.match(error.message, /^the command ended with exit code 3: echo out; .* \(why\)$/);
      return true;
    });
    const killed = await session.run("kill -TERM $$", { reject: false });
    assert.deepEqual([killed.exitCode, killed.exitSignal], [143, "TERM"]);
  });

  it("tells where it was called", async () => {
    for (const failing of [session.run("exit 1"), session.run("sleep 9", { timeout: 0.1 })]) {
      await assert.rejects(
        failing,
        (error: Error) => error.stack?.includes("run.test.ts") === true,
      );
    }
  });

  it("gives bytes, and never makes text of what isn't", async () => {
    const bytes = Buffer.from([0xff, 0, 0x0a]);
    const asBytes = await session.run("printf '\\377\\0\\n'", { encoding: "buffer" });
    assert.deepEqual(asBytes.stdout, bytes);
    await assert.rejects(session.run("printf '\\377\\0\\n'; exit 3"), (error: NotUtf8) => {
      assert.ok(error instanceof NotUtf8);
      assert.deepEqual([error.stdout, error.data["exitCode"]], [bytes, 3]);
      return true;
    });
  });

  it("has input, environment, terminal and one stream of two", async () => {
    assert.equal((await session.run("cat", { input: "héllo" })).stdout, "héllo");
    const input = Buffer.from([0, 1, 255]);
    assert.deepEqual((await session.run("cat", { input, encoding: "buffer" })).stdout, input);
    assert.equal((await session.run("wc -c")).stdout.trim(), "0");
    assert.match(
      (await session.run("tty; stty size", { pty: { rows: 7 } })).stdout,
      /^\/dev.*7 80/s,
    );
    assert.equal((await session.run("tty", { pty: false, reject: false })).stdout, "not a tty");
    const merged = await session.run("echo a; echo b >&2; echo c", { mergeStderr: true });
    // sshd reads two pipes: which one first, is up to it.
    assert.deepEqual([merged.stdout.split("\n").toSorted().join(""), merged.stderr], ["abc", ""]);
    await assert.rejects(session.run("env", { env: { NO_SUCH: "1" } }), {
      kind: "ChannelRequestDenied",
      dispatched: "no",
    });
  });

  /** A command's time-out, once it has said on each stream what it says: a slow machine gets longer. */
  async function timedOut(line: string, options: object = {}): Promise<SshError> {
    for (const timeout of [0.5, 5, 25]) {
      const error = await session.run(line, { timeout, ...options }).then(
        () => assert.fail("it ended"),
        (each: SshError) => each,
      );
      const hasAll = error.stdout.length > 0 && (!line.includes(">&2") || error.stderr.length > 0);
      if (hasAll) return error;
    }
    assert.fail("it has said nothing");
  }

  it("has a deadline, and what had come by then", async () => {
    const error = await timedOut("echo begun; sleep 60");
    assert.deepEqual([error.kind, error.stdout, error.stderr], ["Timeout", "begun", ""]);
    assert.equal(error.data["phase"], "run");
  });

  it("has what had come in the form of the result", async () => {
    const line = "printf 'a\\n'; printf 'b\\n' >&2; sleep 60";
    for (const [options, stdout, stderr] of [
      [{}, "a", "b"],
      [{ stripFinalNewline: false }, "a\n", "b\n"],
      [{ encoding: "buffer" }, Buffer.from("a\n"), Buffer.from("b\n")],
    ] as const) {
      const error = await timedOut(line, options);
      assert.deepEqual([error.stdout, error.stderr], [stdout, stderr]);
      // All of it, as it came.
      assert.deepEqual(error.data["stdout"], Buffer.from("a\n"));
    }
    const merged = await timedOut("echo one; sleep 60", { mergeStderr: true });
    assert.deepEqual([merged.stdout, merged.stderr], ["one", ""]);
    const cut = await timedOut("printf 'h\\303\\251\\303'; printf '\\377' >&2; sleep 60");
    assert.deepEqual([cut.stdout, cut.stderr], ["hé", Buffer.from([0xff])]);
  });

  it("is cancelled by an AbortSignal, on the remote side too", async () => {
    const controller = new AbortController();
    const running = session.run("echo $$; exec sleep 60", { signal: controller.signal });
    const reason = new Error("enough");
    const { stdout: all } = await session.run("sleep 0.3; echo begun");
    assert.equal(all, "begun");
    controller.abort(reason);
    await assert.rejects(running, (error: SshError) => {
      assert.deepEqual([error.kind, error.cause], ["Cancelled", reason]);
      assert.match(error.stdout as string, /^\d+$/);
      return true;
    });
    const before = session.run("true", { signal: AbortSignal.abort(reason) });
    await assert.rejects(before, { kind: "Cancelled", dispatched: "no", cause: reason });
  });

  it("refuses what no call can be made of", async () => {
    await assert.rejects(session.run("\ud800"), { kind: "InvalidParams", dispatched: "no" });
    await assert.rejects(session.run(undefined as never), TypeError);
    await assert.rejects(session.run("true", { wrong: 1 } as object), /wrong/);
    await assert.rejects(session.run("yes", { maxOutput: 10 }), (error: SshError) => {
      assert.deepEqual([error.kind, error.stdout], ["OutputTooLarge", "y\ny\ny\ny\ny"]);
      return true;
    });
  });

  it("sends commands that aren't UTF-8", async () => {
    const line = Buffer.concat([Buffer.from("printf %s "), Buffer.from([0xe9])]);
    const { stdout } = await session.run(line, { encoding: "buffer" });
    assert.deepEqual(stdout, Buffer.from([0xe9]));
  });

  it("runs two hundred at once", async () => {
    const all = await Promise.all(
      Array.from({ length: 200 }, (_, index) => session.run(`echo ${index}`)),
    );
    assert.deepEqual(
      all.map(({ stdout }) => Number(stdout)),
      [...all.keys()],
    );
  });

  it("quotes what stands in a template", async () => {
    const words = ["a b", "it's", "$HOME", "", "-n", "é", "x\ny\n"];
    const { stdout } = await session.$`printf '<%s>' ${words} ${42}`;
    assert.equal(stdout, `${words.map((word) => `<${word}>`).join("")}<42>`);
    const { $ } = session;
    assert.equal((await $({ reject: false })`exit ${3}`).exitCode, 3);
    const bytes = await $({ encoding: "buffer" })`printf %s ${Buffer.from([0xff])}`;
    assert.deepEqual(bytes.stdout, Buffer.from([0xff]));
    const chained = await $({ reject: false })({ encoding: "buffer" })`printf a; exit 1`;
    assert.deepEqual([chained.stdout, chained.exitCode], [Buffer.from("a"), 1]);
    assert.throws(() => command`ls ${undefined as never}`, TypeError);
    assert.throws(() => command`ls ${{} as never}`, TypeError);
    assert.throws(() => command`ls ${"a\0b"}`, TypeError);
  });

  const words = ["", " ", "a'b", '"', "\\", "\\'", "a!b", "!", "$x`id`", "*?[~", "a\nb", "\n", "é"];
  const shells = ["sh", "dash", "busybox ash", "bash", "zsh", "ksh", "csh", "tcsh", "fish"];
  for (const shell of shells) {
    it(`quotes for ${shell}`, async function () {
      const [program = "", ...args] = shell.split(" ");
      if (findProgram(program) === undefined) this.skip();
      for (const word of [...words, words.join("")]) {
        const line = String(command`printf '[%s]' x ${word} ${["y", word]}`);
        const { stdout } = await promisify(execFile)(program, [...args, "-c", line]);
        assert.equal(stdout, `[x][${word}][y][${word}]`);
      }
    });
  }
});
