import { Buffer } from "node:buffer";

/** A word, or a part of one, as its bytes; text stands for its UTF-8. */
export type Word = Uint8Array | string;

/**
 * A command line of these words, for the server to give to the account's login shell, whichever
 * that is: each word arrives as it is in sh, dash, busybox ash, bash, rbash, zsh, ksh, fish, csh
 * and tcsh. Words that mean nothing to any of them stay bare, as servers without a shell (network
 * gear) take quotes for a part of the name.
 *
 * @param words of any bytes but NUL, which no argument can hold
 */
export function commandLine(words: readonly Word[]): Buffer {
  const bytes = words.map((word) => Buffer.from(word as string));
  const plain = joined(bytes, newline);
  if (!bytes.some((word) => word.includes(LF))) return plain;
  return Buffer.concat([inCsh, Buffer.from("exec "), joined(bytes, cshNewline), newline, plain]);
}

/**
 * A command for the same shells that has environment variables set before it.
 *
 * @param env names of the form `[A-Za-z_][A-Za-z0-9_]*`, and values without NUL
 */
export function withExports(env: Readonly<Record<string, string>>, command: Uint8Array): Buffer {
  const variables = Object.entries(env);
  if (variables.length === 0) return Buffer.from(command);
  const pairs = variables.map(([name, value]) => Buffer.from(`${name}=${value}`));
  // csh can't parse the lines after this one, so it is replaced by a new shell, which reads its start
  // files again.
  const throughEnv = ["exec env ", joined(pairs, cshNewline), ' "$SHELL" -c '];
  const csh = [inCsh, ...throughEnv, quoted(Buffer.from(command), cshNewline), newline];
  // fish's `export` is a function that takes no newlines.
  const sets = variables.flatMap(([name, value]) => [
    ` && set -gx ${name} `,
    quoted(Buffer.from(value), newline),
  ]);
  const fish = ['test -n "$FISH_VERSION"', ...sets, newline];
  const posix = ['test -n "$FISH_VERSION" || export ', joined(pairs, newline), newline];
  const parts = [...csh, ...fish, ...posix, command];
  return Buffer.concat(parts.map((part) => Buffer.from(part as string)));
}

/** A word, quoted, for a command line that the caller puts together: see {@link lineWithNewlines}. */
export function quotedWord(word: Word): Buffer {
  return quoted(Buffer.from(word as string), newline);
}

/**
 * A command line in which words that {@link quotedWord} quoted hold newlines. csh and tcsh have it
 * run by sh, since they would take what follows a newline for another line.
 */
export function lineWithNewlines(line: Uint8Array): Buffer {
  const throughSh = Buffer.from("exec sh -c ");
  return Buffer.concat([inCsh, throughSh, quoted(Buffer.from(line), cshNewline), newline, line]);
}

const LF = 0x0a;
const newline = Buffer.from("\n");

/**
 * A newline within quotes as csh wants it, which drops the backslash (to other shells it would be
 * part of the word). Without it, csh ends the line there, even within quotes.
 */
const cshNewline = Buffer.from("\\\n");

/** Makes the rest of the line for csh and tcsh only: in other shells the comparison is false. */
const inCsh = Buffer.from('test "x\\\n" != x && ');

/** Characters that have no special meaning in any of the shells, in words after the first. */
const bare = /^[A-Za-z0-9_./:,@+=-]+$/;

/** zsh looks for a command `=name` where a word begins so, or a part of what `export` is given. */
const zshCommand = /^=|[=:]=/;

function joined(words: readonly Buffer[], lf: Buffer): Buffer {
  const space = Buffer.from(" ");
  return Buffer.concat(
    words.flatMap((word, at) => (at === 0 ? [quoted(word, lf)] : [space, quoted(word, lf)])),
  );
}

/** Characters with a meaning within single quotes: the quote; in fish `\`; in csh `!`. */
const special = /[\\'!]/;
const runs = /[\\'!]+|[^\\'!]+/g;

function quoted(word: Buffer, lf: Buffer): Buffer {
  const text = word.toString("latin1");
  if (bare.test(text) && !zshCommand.test(text)) return word;
  const parts = (text.match(runs) ?? [""]).map((run) =>
    special.test(run)
      ? run.replaceAll(/./g, String.raw`\$&`)
      : `'${run.replaceAll("\n", lf.toString("latin1"))}'`,
  );
  return Buffer.from(parts.join(""), "latin1");
}
