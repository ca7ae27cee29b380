import { bytesOf } from "./rpc/bytes.ts";
import type { Bytes } from "./rpc/bytes.ts";

/** What may stand in `${…}`: one word of the command, or with an array as many as it has. */
export type Word = Bytes | number | bigint;

/**
 * A command line from a template: what stands in `${…}` is quoted, so that the remote shell takes it
 * literally, whichever shell the account has. An array is as many words as it has elements. What is
 * written around it is the shell's, as it stands.
 *
 *     command`tar -cf - ${folder} | gzip`
 *
 * @returns text, or bytes where what was given isn't UTF-8
 * @throws {TypeError} for what is no word, as undefined or an object
 */
export function command(parts: TemplateStringsArray, ...values: (Word | readonly Word[])[]): Bytes {
  // The cooked text, in which \n is a newline; where that can't be, the text as it was typed.
  const texts = parts.map((part, index) => binary(part ?? parts.raw[index] ?? ""));
  const words = values.map((value) => (Array.isArray(value) ? value : [value as Word]));
  const line = texts
    .flatMap((text, index) => [text, (words[index] ?? []).map(quoted).join(" ")])
    .join("");
  const hasNewline = words.flat().some((word) => binary(word).includes("\n"));
  const bytes = Buffer.from(hasNewline ? forEveryShell(line) : line, "latin1");
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : bytes;
}

/** Each byte a character, so that bytes can be worked on as text. */
function binary(value: Word): string {
  const isNumber = typeof value === "number" || typeof value === "bigint";
  const bytes = bytesOf(isNumber ? String(value) : value, "a word of a command");
  if (bytes.includes(0)) throw new TypeError("a command can't hold a NUL");
  return bytes.toString("latin1");
}

/**
 * In sh, csh and fish alike: within single quotes everything is literal but the quote itself, a
 * backslash (fish), `!` (csh) and a newline (csh); before those, a backslash outside of them.
 */
function quoted(word: Word): string {
  const text = binary(word);
  if (/^[\w@%+:,./-][\w@%+=:,./-]*$/.test(text)) return text;
  if (text === "") return "''";
  return text.replaceAll(/[^'\\!]+|['\\!]/g, (run) =>
    /^['\\!]$/.test(run) ? `\\${run}` : `'${run}'`,
  );
}

/**
 * csh has no way to write a newline that other shells have too, and would run what follows it. So
 * there, and only there, where `shell` is always set, the line is run by sh, and its bytes are
 * written out as octal numbers.
 */
function forEveryShell(line: string): string {
  const encoded = line.replaceAll(
    /[^\w /=.,:-]/gs,
    (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
  return `test -z "$shell" || exec sh -c 'eval "$(printf "${encoded}")"'\n${line}`;
}
