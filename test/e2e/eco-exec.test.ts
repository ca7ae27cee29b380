import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { startDaemon } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import type { FaultServerOptions } from "../fixtures/fault-server.ts";
import { pseudoRandomBytes } from "../fixtures/files.ts";
import { readByPeer } from "../fixtures/read-by-peer.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { fails, refusesParam } from "./support/fails.ts";
import { decoded, everyByte, open, outputOf, Session } from "./support/session.ts";

/** In a shell's printf: every byte value, as octal escapes. */
const printEveryByte = `printf '${[...everyByte].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")}'`;

describe("eco.ssh: exec", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let sshd: SshServer;
  let daemon: Daemon;
  let session: Session;

  before(async function () {
    requires(this, "sshd");
    // A root sshd can't signal what its sessions run.
    sshd = suite.add(await startSshd({ unprivileged: true, config: ["AcceptEnv LC_* GREETING"] }));
    daemon = suite.add(startDaemon());
    session = await open(daemon, sshd);
  });

  const faulty = async (options: FaultServerOptions): Promise<Session> =>
    open(daemon, scope.add(await startFaultServer(options)));
  const nothingRuns = (): Promise<void> =>
    until(() => sshd.commands().length === 0, "no command of the session runs");
  const works = async (): Promise<void> => assert.equal(await session.output("echo ok"), "ok\n");

  /** Starts a command that shows by a file in its home that it has come so far. */
  async function startUntilFile(id: string, command: string, params: object = {}): Promise<void> {
    const file = `started-${id}`;
    await daemon.send({
      id,
      method: "session.exec",
      params: {
        session: session.handle,
        command: command.replace("STARTED", `touch ${file}`),
        ...params,
      },
    });
    await until(() => existsSync(join(sshd.home, file)), "the command has begun");
  }

  const cancel = (id: string): Promise<void> => daemon.notify("$/cancelRequest", { id });

  describe("the calling forms", () => {
    const expected = { output: "hi\n", encoding: "utf8", exitCode: 3, exitSignal: null };

    it("takes its params by name", async () => {
      assert.deepEqual(await session.exec("echo hi; exit 3", { timeout: 10 }), expected);
    });

    it("takes its params by position", async () => {
      const params = [session.handle, "echo hi; exit 3", 10];
      assert.deepEqual(await daemon.request("session.exec", params), expected);
    });

    it("takes its options behind those by position", async () => {
      const params = [session.handle, "cat", { stdin: "in", streams: "separate" }];
      const { stdout } = await daemon.request("session.exec", params);
      assert.equal(stdout, "in");
    });

    it("takes the timeout by position too", async () => {
      await fails(daemon.request("session.exec", [session.handle, "true", 0]), "Timeout", {
        seconds: 0,
      });
    });
  });

  describe("output", () => {
    it("none: an empty string", async () => {
      const expected = { output: "", encoding: "utf8", exitCode: 0, exitSignal: null };
      assert.deepEqual(await session.exec("true"), expected);
    });

    it("all of stdout comes before all of stderr", async () => {
      const { output } = await session.exec("echo e1 >&2; echo o1; echo e2 >&2; echo o2");
      assert.equal(output, "o1\no2\ne1\ne2\n");
    });

    it("separate: each stream in a field of its own", async () => {
      const result = await session.exec("echo out; echo err >&2; exit 1", { streams: "separate" });
      assert.deepEqual(result, {
        stdout: "out\n",
        stdoutEncoding: "utf8",
        stderr: "err\n",
        stderrEncoding: "utf8",
        exitCode: 1,
        exitSignal: null,
      });
    });

    it("separate: one stream may be text and the other not", async () => {
      const result = await session.exec("echo text; printf '\\377' >&2", { streams: "separate" });
      assert.deepEqual([result.stdoutEncoding, result.stderrEncoding], ["utf8", "base64"]);
      assert.deepEqual(decoded(result.stderr, "base64"), Buffer.from([0xff]));
    });

    it("interleaved: in the order of arrival", async () => {
      // sshd would read both pipes before it sends; here each piece is a packet of its own.
      const fault = await faulty({
        async run(channel) {
          await channel.write("o1 ");
          await channel.writeError("e1 ");
          await channel.write("o2 ");
          await channel.writeError("e2 ");
          await channel.write("o3");
          channel.end();
        },
      });
      const { output } = await fault.exec("x", { streams: "interleaved" });
      assert.equal(output, "o1 e1 o2 e2 o3");
    });

    it("every byte value on stdout", async () => {
      const result = await session.exec(printEveryByte);
      assert.equal(result.encoding, "base64");
      assert.deepEqual(outputOf(result), everyByte);
    });

    it("every byte value on stderr", async () => {
      const result = await session.exec(`${printEveryByte} >&2`, { streams: "separate" });
      assert.deepEqual(decoded(result.stderr, result.stderrEncoding), everyByte);
      assert.equal(result.stdout, "");
    });

    it("NUL in the midst of text: kept", async () => {
      const { output, encoding } = await session.exec("printf 'a\\0b\\0'");
      assert.deepEqual([output, encoding], ["a\0b\0", "utf8"]);
    });

    it("UTF-8 that is split between packets stays text", async () => {
      const bytes = Buffer.from("a€b🔑c");
      const fault = await faulty({
        async run(channel) {
          for (const byte of bytes) await channel.write(Buffer.from([byte]));
          channel.end();
        },
      });
      const { output, encoding } = await fault.exec("x");
      assert.deepEqual([output, encoding], ["a€b🔑c", "utf8"]);
    });

    it("UTF-8 that is cut off at the end is base64, not one byte lost", async () => {
      const result = await session.exec("printf 'ab\\342\\202'");
      assert.equal(result.encoding, "base64");
      assert.deepEqual(outputOf(result), Buffer.from("ab\xe2\x82", "latin1"));
    });

    it("a byte order mark is kept", async () => {
      const result = await session.exec("printf '\\357\\273\\277text'");
      assert.deepEqual([result.output, result.encoding], ["\ufefftext", "utf8"]);
    });

    it("half of a character on each stream: text together, and none when apart", async () => {
      const command = "printf '\\303'; printf '\\244' >&2";
      const together = await session.exec(command);
      assert.deepEqual([together.output, together.encoding], ["ä", "utf8"]);
      const apart = await session.exec(command, { streams: "separate" });
      assert.deepEqual([apart.stdoutEncoding, apart.stderrEncoding], ["base64", "base64"]);
    });

    it("encoding base64 may be forced", async () => {
      const result = await session.exec("echo hi", { encoding: "base64" });
      assert.deepEqual([result.output, result.encoding], ["aGkK", "base64"]);
    });

    it("encoding utf8 forced on text: text", async () => {
      const { output, encoding } = await session.exec("printf 'é'", { encoding: "utf8" });
      assert.deepEqual([output, encoding], ["é", "utf8"]);
    });

    it("encoding utf8 forced on other bytes: NotUtf8, with the output as base64", async () => {
      await fails(session.exec("printf '\\377'; exit 4", { encoding: "utf8" }), "NotUtf8", {
        output: "/w==",
        encoding: "base64",
        exitCode: 4,
        exitSignal: null,
        dispatched: "yes",
      });
    });

    it("encoding utf8 forced on separate streams: NotUtf8, with both", async () => {
      const options = { encoding: "utf8", streams: "separate" };
      await fails(session.exec("echo hi; printf '\\377' >&2", options), "NotUtf8", {
        stdout: "aGkK",
        stdoutEncoding: "base64",
        stderr: "/w==",
        stderrEncoding: "base64",
      });
    });

    it("3 MB of stderr, more than a window: all of it, and no deadlock", async () => {
      const command = "head -c 3000000 /dev/zero | tr '\\0' e >&2; echo out";
      const { stdout, stderr } = await session.exec(command, { streams: "separate" });
      assert.equal(stdout, "out\n");
      assert.ok(stderr === "e".repeat(3_000_000), `${stderr.length} bytes`);
    });

    it("both streams at once, 3 MB each", async () => {
      const half = "head -c 3000000 /dev/zero | tr '\\0'";
      const command = `(${half} e >&2) & ${half} o; wait`;
      const { stdout, stderr } = await session.exec(command, { streams: "separate" });
      assert.ok(stdout === "o".repeat(3_000_000), `${stdout.length} bytes of stdout`);
      assert.ok(stderr === "e".repeat(3_000_000), `${stderr.length} bytes of stderr`);
    });

    it("what comes after the exit status is output too", async () => {
      const fault = await faulty({
        async run(channel) {
          channel.exitStatus(0);
          await channel.write("late");
          channel.stream.end();
        },
      });
      assert.equal((await fault.exec("x")).output, "late");
    });
  });

  describe("maxOutput", () => {
    it("exactly as much: a result", async () => {
      assert.equal((await session.exec("printf 12345", { maxOutput: 5 })).output, "12345");
    });

    it("one byte more: OutputTooLarge, with what fits", async () => {
      await fails(session.exec("printf 123456", { maxOutput: 5 }), "OutputTooLarge", {
        maxOutput: 5,
        output: "12345",
        encoding: "utf8",
        dispatched: "yes",
      });
    });

    it("counts both streams together", async () => {
      const command = "printf 123; printf 45 >&2";
      assert.equal((await session.exec(command, { maxOutput: 5 })).output, "12345");
      await fails(session.exec(command, { maxOutput: 4 }), "OutputTooLarge");
    });

    it("0: no output may come", async () => {
      assert.equal((await session.exec("exit 2", { maxOutput: 0 })).exitCode, 2);
      await fails(session.exec("echo", { maxOutput: 0 }), "OutputTooLarge", { output: "" });
    });

    it("ends a command that would talk for ever", async () => {
      const error = await fails(session.exec("exec yes", { maxOutput: 1000 }), "OutputTooLarge");
      assert.equal(error.data.output, "y\n".repeat(500));
      await nothingRuns();
      await works();
    });
  });

  describe("the exit", () => {
    for (const code of [0, 1, 127, 128, 255]) {
      it(`code ${code} is a result`, async () => {
        const { exitCode, exitSignal } = await session.exec(`exit ${code}`);
        assert.deepEqual([exitCode, exitSignal], [code, null]);
      });
    }

    for (const [name, code] of [
      ["HUP", 129],
      ["INT", 130],
      ["ABRT", 134],
      ["KILL", 137],
      ["USR1", 138],
      ["SEGV", 139],
      ["USR2", 140],
      ["PIPE", 141],
      ["ALRM", 142],
      ["TERM", 143],
    ] as const) {
      it(`by ${name}: code ${code}, and the name without SIG`, async () => {
        const { output, exitCode, exitSignal } = await session.exec(`echo out; kill -${name} $$`);
        assert.deepEqual([output, exitCode, exitSignal], ["out\n", code, name]);
      });
    }

    for (const [name, number] of [
      ["BUS", 7],
      ["a real-time signal", 40],
    ] as const) {
      it(`by ${name}, whose name OpenSSH hides: no code, the name as sent`, async () => {
        const { exitCode, exitSignal } = await session.exec(`kill -${number} $$`);
        assert.deepEqual([exitCode, exitSignal], [null, "SIG@openssh.com"]);
      });
    }

    it("by a signal of another server's naming: no code, the name as sent", async () => {
      const fault = await faulty({
        run(channel) {
          channel.exitSignal("LOST@example.com");
          channel.stream.end();
        },
      });
      const { exitCode, exitSignal } = await fault.exec("x");
      assert.deepEqual([exitCode, exitSignal], [null, "LOST@example.com"]);
    });

    it("not told at all: neither code nor signal", async () => {
      const fault = await faulty({
        async run(channel) {
          await channel.write("out");
          channel.stream.end();
        },
      });
      const expected = { output: "out", encoding: "utf8", exitCode: null, exitSignal: null };
      assert.deepEqual(await fault.exec("x"), expected);
    });

    it("closed without an end of the output: the output is there", async () => {
      const fault = await faulty({
        async run(channel) {
          await channel.write("out");
          channel.close();
        },
      });
      assert.equal((await fault.exec("x")).output, "out");
    });

    it("a status that is larger than a byte comes as it was sent", async () => {
      const fault = await faulty({ run: (channel) => channel.end(0xffffffff) });
      assert.equal((await fault.exec("x")).exitCode, 0xffffffff);
    });
  });

  describe("stdin", () => {
    it("isn't given: at its end at once", async () => {
      assert.equal(await session.output("cat; echo end"), "end\n");
    });

    it("empty: at its end at once", async () => {
      assert.equal((await session.exec("cat; echo end", { stdin: "" })).output, "end\n");
    });

    it("text", async () => {
      assert.equal((await session.exec("cat", { stdin: "a\0é\n" })).output, "a\0é\n");
    });

    it("every byte value, as base64", async () => {
      const options = { stdin: everyByte.toString("base64"), stdinEncoding: "base64" };
      assert.deepEqual(outputOf(await session.exec("cat", options)), everyByte);
    });

    it("1 MB there and back", async () => {
      const bytes = pseudoRandomBytes(1 << 20);
      const options = { stdin: bytes.toString("base64"), stdinEncoding: "base64" };
      assert.ok(outputOf(await session.exec("cat", options)).equals(bytes));
    });

    it("5 MB to a command that reads none of it: its exit code", async () => {
      const stdin = "x".repeat(5_000_000);
      const { output, exitCode } = await session.exec("echo no; exit 7", { stdin });
      assert.deepEqual([output, exitCode], ["no\n", 7]);
    });

    it("5 MB to a command that reads a part of it", async () => {
      const stdin = "x".repeat(5_000_000);
      assert.equal((await session.exec("head -c 10", { stdin })).output, "x".repeat(10));
    });

    it("no base64: refused, and nothing is run", async () => {
      for (const stdin of ["a", "aGk", "aG k=", "====", "aGk=\n"]) {
        const options = { stdin, stdinEncoding: "base64" };
        const error = await refusesParam(session.exec("touch ran", options), "stdin");
        assert.equal(error.data.dispatched, "no");
      }
      assert.equal(await session.output("ls ran 2>/dev/null"), "");
    });
  });

  describe("the command", () => {
    it("of 100 KB", async () => {
      const text = "x".repeat(100_000);
      assert.equal(await session.output(`printf %s ${text}`), text);
    });

    it("as long as is taken, and longer: the session lives on", async () => {
      const longest = 250_000;
      assert.notEqual((await session.exec("x".repeat(longest))).exitCode, null);
      await refusesParam(session.exec("x".repeat(longest + 1)), "command");
      await refusesParam(session.exec(":", { env: { A: "x".repeat(longest + 1) } }), "env.A");
      assert.equal(await session.output("echo alive"), "alive\n");
    });

    it("with quotes, newlines and UTF-8 reaches the shell as it is", async () => {
      const command = "printf '%s|' \"$((1+1))\" 'a  b' \"it's\" é🔑\nprintf '\\ttab'\n";
      assert.equal(await session.output(command), "2|a  b|it's|é🔑|\ttab");
    });

    it("empty: nothing is run, as by a shell", async () => {
      assert.equal((await session.exec("")).exitCode, 0);
    });

    it("with NUL: refused", async () => {
      await refusesParam(session.exec("echo a\0b"), "command");
    });

    it("missing or no string: refused", async () => {
      for (const command of [undefined, null, 1, ["echo"]]) {
        await refusesParam(session.exec("", { command }), "command");
      }
    });

    it("refused by the server: ChannelRequestDenied, and the session lives on", async () => {
      const fault = await faulty({
        exec: ({ command }) => (command === "no" ? "refuse" : "accept"),
      });
      await fails(fault.exec("no"), "ChannelRequestDenied", { request: "exec", dispatched: "no" });
      assert.equal((await fault.exec("yes")).exitCode, 0);
    });

    it("no channel to be had: ChannelOpenFailed with the server's reason", async () => {
      const refusal = { reason: 1, description: "administratively prohibited" };
      const fault = await faulty({ open: (n) => (n === 0 ? refusal : "accept") });
      await fails(fault.exec("x"), "ChannelOpenFailed", {
        reason: 1,
        description: "administratively prohibited",
        dispatched: "no",
      });
      assert.equal((await fault.exec("x")).exitCode, 0);
    });
  });

  describe("env", () => {
    it("accepted by the server", async () => {
      const env = { GREETING: "good  'morning' é\n", LC_TEST: "" };
      const command = 'printf "%s|%s" "$GREETING" "${LC_TEST-unset}"';
      assert.equal((await session.exec(command, { env })).output, "good  'morning' é\n|");
    });

    it("refused: ChannelRequestDenied, and the command is not run", async () => {
      const env = { GREETING: "x", FORBIDDEN: "x" };
      await fails(session.exec("touch ran", { env }), "ChannelRequestDenied", {
        request: "env",
        dispatched: "no",
      });
      assert.equal(await session.output("ls ran 2>/dev/null"), "");
    });

    it("refused: its channel is closed, and others have its place", async () => {
      const single = scope.add(await startSshd({ config: ["MaxSessions 1"], unprivileged: true }));
      const own = await open(daemon, single);
      scope.defer(() => own.free());
      for (const name of ["FIRST", "SECOND"]) {
        await fails(own.exec("true", { env: { [name]: "x" } }), "ChannelRequestDenied");
      }
      assert.equal(await own.output("echo free"), "free\n");
    });

    it("no name of a variable, or NUL in it: refused", async () => {
      await refusesParam(session.exec("true", { env: { "A=B": "x" } }), "env.A=B");
      await refusesParam(session.exec("true", { env: { A: "x\0" } }), "env.A");
      await refusesParam(session.exec("true", { env: { A: 1 } }), "env.A");
    });
  });

  describe("pty", () => {
    it("there is none unless it is asked for", async () => {
      assert.equal((await session.exec("test -t 0")).exitCode, 1);
    });

    it("has the size and the TERM that were asked for, and one stream", async () => {
      const pty = { term: "vt100", columns: 132, rows: 50 };
      const options = { pty, streams: "separate" };
      const { stdout, stderr } = await session.exec("stty size; echo $TERM >&2; tty", options);
      assert.match(stdout, /^50 132\r\nvt100\r\n\/dev\/pts\/\d+\r\n$/);
      assert.equal(stderr, "");
    });

    it("{} takes the defaults", async () => {
      const { output } = await session.exec("stty size; echo $TERM", { pty: {} });
      assert.equal(output, "24 80\r\nxterm\r\n");
    });

    it("refused: ChannelRequestDenied, and the command is not run", async () => {
      let ran = false;
      const fault = await faulty({
        pty: "refuse",
        run(channel) {
          ran = true;
          channel.end();
        },
      });
      await fails(fault.exec("x", { pty: {} }), "ChannelRequestDenied", {
        request: "pty-req",
        dispatched: "no",
      });
      assert.equal(ran, false);
    });
  });

  describe("timeout", () => {
    it("zero or less: Timeout at once, and nothing is run", async () => {
      for (const timeout of [0, -1, -0.001]) {
        await fails(session.exec("touch ran", { timeout }), "Timeout", {
          seconds: timeout,
          dispatched: "no",
        });
      }
      assert.equal(await session.output("ls ran 2>/dev/null"), "");
    });

    it("passes: the output so far, the process gone, the session usable", async () => {
      const command = "echo out; echo err >&2; exec sleep 1000";
      await fails(session.exec(command, { timeout: 1.5 }), "Timeout", {
        phase: "run",
        seconds: 1.5,
        dispatched: "yes",
        output: "out\nerr\n",
        encoding: "utf8",
        termination: { signals: ["TERM"], ended: true, exitCode: 143, exitSignal: "TERM" },
      });
      await nothingRuns();
      await works();
    });

    it("passes: output that is no text comes as base64, separate streams apart", async () => {
      const command = "echo out; printf '\\377' >&2; exec sleep 1000";
      await fails(session.exec(command, { timeout: 1.5, streams: "separate" }), "Timeout", {
        stdout: "out\n",
        stdoutEncoding: "utf8",
        stderr: "/w==",
        stderrEncoding: "base64",
      });
    });

    it("passes for a process that ignores TERM: it gets KILL", async () => {
      const command = "trap '' TERM; echo out; exec sleep 1000";
      await fails(session.exec(command, { timeout: 1.5 }), "Timeout", {
        output: "out\n",
        termination: { signals: ["TERM"], ended: false, exitCode: null, exitSignal: null },
      });
      await nothingRuns();
      await works();
    });

    it("passes for a process that tidies up on TERM: its own exit code is told", async () => {
      const command = "trap 'echo bye; exit 9' TERM; echo out; sleep 1000 & wait";
      const error = await fails(session.exec(command, { timeout: 1.5 }), "Timeout", {
        termination: { signals: ["TERM"], ended: true, exitCode: 9, exitSignal: null },
      });
      assert.match(error.data.output, /^out\n/);
    });

    it("passes for a background child that holds stdout: the exit code is known", async () => {
      const command = "sleep 1000 & echo out; exit 5";
      const error = await fails(session.exec(command, { timeout: 1.5 }), "Timeout", {
        output: "out\n",
        dispatched: "yes",
      });
      const { ended, exitCode, exitSignal } = error.data.termination;
      assert.deepEqual([ended, exitCode, exitSignal], [true, 5, null]);
      // The child is no part of the command any more, and goes on.
      for (const pid of sshd.commands()) process.kill(pid);
      await works();
    });

    it("a background child that doesn't hold the output is waited for by nobody", async () => {
      const command = "sleep 1000 >/dev/null 2>&1 </dev/null & echo out";
      assert.equal((await session.exec(command, { timeout: 10 })).output, "out\n");
      for (const pid of sshd.commands()) process.kill(pid);
    });

    it("is one deadline for both streams: stderr gets no second one", async () => {
      const command = "exec sleep 1000 >&2";
      const error = await fails(session.exec(command, { timeout: 1 }), "Timeout", { seconds: 1 });
      assert.equal(error.data.termination.exitSignal, "TERM");
    });

    it("passes while the server says nothing of the channel: nothing was dispatched", async () => {
      const fault = await faulty({ open: () => "silent" });
      await fails(fault.exec("x", { timeout: 0.5 }), "Timeout", {
        phase: "open",
        dispatched: "no",
      });
    });

    it("passes while the server doesn't answer the request: it may have been run", async () => {
      const fault = await faulty({ exec: () => "silent" });
      await fails(fault.exec("x", { timeout: 0.5 }), "Timeout", {
        phase: "run",
        dispatched: "maybe",
      });
    });

    it("is a number", async () => {
      for (const timeout of ["1", {}]) {
        await refusesParam(session.exec("true", { timeout }), "timeout");
      }
    });
  });

  describe("cancelled", () => {
    it("the output so far, the process gone, the session usable", async () => {
      await startUntilFile("plain", "echo out; STARTED; exec sleep 1000");
      await cancel("plain");
      await fails(daemon.reply("plain"), "Cancelled", {
        phase: "run",
        dispatched: "yes",
        output: "out\n",
        encoding: "utf8",
        termination: { signals: ["TERM"], ended: true, exitCode: 143, exitSignal: "TERM" },
      });
      await nothingRuns();
      await works();
    });

    it("a process that ignores TERM gets KILL", async () => {
      await startUntilFile("stubborn", "trap '' TERM; STARTED; exec sleep 1000");
      await cancel("stubborn");
      await fails(daemon.reply("stubborn"), "Cancelled", {
        termination: { signals: ["TERM"], ended: false, exitCode: null, exitSignal: null },
      });
      await nothingRuns();
      await works();
    });

    it("while it waits for its input", async () => {
      const bytes = "x".repeat(5_000_000);
      await startUntilFile("input", "STARTED; exec sleep 1000", { stdin: bytes });
      await cancel("input");
      await fails(daemon.reply("input"), "Cancelled", { phase: "run", dispatched: "yes" });
      await nothingRuns();
      await works();
    });

    it("the others on the session go on", async () => {
      await startUntilFile("one", "STARTED; exec sleep 1000");
      const other = session.exec("read line; echo $line", { stdin: "on\n" });
      await cancel("one");
      await fails(daemon.reply("one"), "Cancelled");
      assert.equal((await other).output, "on\n");
    });
  });

  describe("several at a time", () => {
    it("two on one session both run", async () => {
      // Each waits for the other: one after the other they would never end.
      const meet = (mine: string, other: string): Promise<Json> =>
        session.exec(`touch ${mine}; until test -e ${other}; do sleep 0.01; done; echo ${mine}`);
      const results = await Promise.all([meet("left", "right"), meet("right", "left")]);
      assert.deepEqual(
        results.map(({ output }) => output),
        ["left\n", "right\n"],
      );
    });

    it("more than MaxSessions wait their turn", async () => {
      const numbers = Array.from({ length: 25 }, (_, n) => n);
      const results = await Promise.all(
        numbers.map((n) => session.output(`sleep 0.05; echo ${n}`)),
      );
      assert.deepEqual(
        results,
        numbers.map((n) => `${n}\n`),
      );
    });

    it("a deadline counts while a call waits its turn, and nothing is run then", async () => {
      // A session of its own has all of its ten places.
      const own = await open(daemon, sshd);
      scope.defer(() => own.free());
      const holders = Array.from({ length: 10 }, (_, n) => `holder-${n}`);
      const running = holders.map((id) =>
        fails(own.exec(`touch ${id}; exec sleep 1000`), "SessionClosed"),
      );
      for (const id of holders) {
        await until(() => existsSync(join(sshd.home, id)), `${id} has begun`);
      }
      await fails(own.exec("touch ran", { timeout: 0.5 }), "Timeout", {
        phase: "queue",
        dispatched: "no",
      });
      await own.free();
      await Promise.all(running);
      assert.equal(existsSync(join(sshd.home, "ran")), false);
    });
  });

  describe("the connection", () => {
    it("lost during exec: ConnectionLost with the output; after that SessionClosed", async () => {
      const fault = await faulty({
        async run(channel) {
          if (channel.command === "wait") return;
          await channel.write("out");
          channel.connection.destroy();
        },
      });
      await Promise.all([
        fails(fault.exec("wait"), "ConnectionLost", { output: "", dispatched: "yes" }),
        fails(fault.exec("x"), "ConnectionLost", { output: "out", dispatched: "yes" }),
      ]);
      await fails(fault.exec("x"), "SessionClosed", { dispatched: "no" });
      await works();
    });

    it("reset during exec: ConnectionLost with ECONNRESET", async () => {
      const fault = await faulty({
        async run({ connection }) {
          await readByPeer(connection.socket);
          connection.reset();
        },
      });
      await fails(fault.exec("x"), "ConnectionLost", { errno: "ECONNRESET" });
    });

    it("ended by the server with a reason: it is told", async () => {
      const fault = await faulty({
        run({ connection }) {
          connection.disconnect(2, "you are idle");
        },
      });
      await fails(fault.exec("x"), "ConnectionLost", {
        disconnectReason: 2,
        disconnectDescription: /you are idle/,
      });
    });

    it("lost because sshd was killed: ConnectionLost, then SessionClosed", async () => {
      const other = scope.add(await startSshd({ unprivileged: true }));
      const lost = await open(daemon, other);
      const running = lost.exec("touch started; exec sleep 1000");
      await until(() => existsSync(join(other.home, "started")), "the command has begun");
      other.kill();
      await fails(running, "ConnectionLost", { dispatched: "yes" });
      await fails(lost.exec("true"), "SessionClosed", { dispatched: "no" });
      await works();
    });

    it("lost before the answer to exec: it may have been run", async () => {
      const fault = await faulty({
        exec: () => "silent",
        onConnection(connection) {
          connection.watch((what) => {
            if (what.type === "request" && what.request === "exec") connection.destroy();
          });
        },
      });
      await fails(fault.exec("x"), "ConnectionLost", { dispatched: "maybe" });
    });
  });
});
