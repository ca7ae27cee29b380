import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { commandLine, withExports } from "../../../src/codecs/shell/command-line.ts";
import { requires } from "../../fixtures/requirements.ts";
import { sharedTempDir } from "../../fixtures/temp.ts";

/** As login shells, which sshd runs as `SHELL -c COMMAND`. */
const shells: readonly (readonly [string, ...string[]])[] = [
  ["sh"],
  ["dash"],
  ["busybox", "ash"],
  ["bash"],
  ["rbash"],
  ["zsh"],
  ["ksh93"],
  ["mksh"],
  ["fish"],
  ["bsd-csh"],
  ["tcsh"],
];

const meaningful = [
  ..."'\"\\!$`*?[]{}()<>|&;#~=%^@:-+ \t\n\r".split(""),
  "\\'",
  "\\\n",
  "!!",
  "$(",
  "é",
  "\xff",
];

const part = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...meaningful).map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.constantFrom("a", "PATH", "1").map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 3 }).map(withoutNul) },
);
const word = fc.array(part, { maxLength: 6 }).map((parts) => Buffer.concat(parts));

function withoutNul(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.map((byte) => byte || 1));
}

/** What a shell's command writes; `printf` as a program is the same in each. */
function output([shell, ...args]: readonly [string, ...string[]], line: Buffer, LANG: string) {
  const env = { PATH: process.env["PATH"] ?? "", HOME: sharedTempDir(), SHELL: shell, LANG };
  // spawn takes no bytes for arguments: a POSIX shell reads them from its input.
  const quoted = `'${line.toString("latin1").replaceAll("'", String.raw`'\''`)}'`;
  const script = Buffer.from(`exec ${[shell, ...args].join(" ")} -c ${quoted}`, "latin1");
  const { stdout, stderr, error } = spawnSync("dash", [], { input: script, env });
  assert.equal(error, undefined);
  return { stdout, stderr: stderr.toString("latin1") };
}

const printf = ["env", "printf", String.raw`%s\0`];

for (const shell of shells) {
  describe(`a command line for ${shell.join(" ")}`, () => {
    before(function () {
      requires(this, "shells");
    });

    for (const LANG of ["C", "C.UTF-8"]) {
      it(`has any words arrive, with LANG=${LANG}`, () => {
        const words = fc.array(word, { minLength: 100, maxLength: 100 });
        fc.assert(
          fc.property(words, fc.boolean(), (all, newlines) => {
            const sent = newlines ? all : all.filter((each) => !each.includes("\n"));
            const { stdout, stderr } = output(shell, commandLine([...printf, ...sent]), LANG);
            assert.equal(stderr, "");
            assert.deepEqual(split(stdout), sent.map(hex));
          }),
          { numRuns: 6 },
        );
      });
    }
  });
}

/** Shown as hex. */
const split = (bytes: Buffer): string[] =>
  bytes
    .toString("hex")
    .match(/(?:(?!00)..)*00/g)
    ?.map((each) => each.slice(0, -2)) ?? [];
const hex = (bytes: Buffer): string => bytes.toString("hex");

for (const shell of shells) {
  describe(`exported variables in ${shell.join(" ")}`, () => {
    before(function () {
      requires(this, "shells");
    });

    it("have any values, and the command is the shell's own", () => {
      const text = fc
        .array(fc.constantFrom(...meaningful.slice(0, -1), "a", "ü"), { maxLength: 6 })
        .map((parts) => parts.join(""));
      const values = fc.array(text, { minLength: 30, maxLength: 30 });
      fc.assert(
        fc.property(values, (all) => {
          const named = all.map((value, at) => [`SSHRPC_${at}`, value] as const);
          const env = Object.fromEntries([...named, ["SSHRPC_TEST", "of the shell"]]);
          const pairs = Object.entries(env)
            .map(([name, value]) => `${name}=${value}`)
            .toSorted();
          // What follows a newline is done too, and by the same shell.
          const line = withExports(env, Buffer.from("echo $SSHRPC_TEST\nenv -0"));
          const { stdout, stderr } = output(shell, line, "C.UTF-8");
          assert.equal(stderr, "");
          assert.ok(stdout.toString().startsWith("of the shell\n"));
          const found = stdout.toString().slice("of the shell\n".length).split("\0");
          assert.deepEqual(found.filter((each) => each.startsWith("SSHRPC_")).toSorted(), pairs);
        }),
        // zsh looks for commands in some of these.
        { numRuns: 6, examples: [[["=-", "a:=-", "==", ":=", "a=b", "=ls", "a=:ls"]]] },
      );
    });
  });
}
