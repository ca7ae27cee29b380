import { isUtf8 } from "node:buffer";
import { lineWithNewlines, quotedWord } from "../../../src/codecs/shell/command-line.ts";
import { bytesOf } from "../rpc/bytes.ts";
import type { Bytes } from "../rpc/bytes.ts";

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
  const words = values.map((value) => [value].flat().map(bytesOfWord));
  const pieces = parts.flatMap((part, index) => [
    // The cooked text, in which \n is a newline; where that can't be, the text as it was typed.
    Buffer.from(part ?? parts.raw[index] ?? ""),
    ...(words[index] ?? []).flatMap((word, at) => [
      Buffer.from(at > 0 ? " " : ""),
      quotedWord(word),
    ]),
  ]);
  const line = Buffer.concat(pieces);
  const hasNewline = words.flat().some((word) => word.includes("\n"));
  const bytes = hasNewline ? lineWithNewlines(line) : line;
  return isUtf8(bytes) ? bytes.toString() : bytes;
}

function bytesOfWord(word: Word): Buffer {
  const isNumber = typeof word === "number" || typeof word === "bigint";
  const bytes = bytesOf(isNumber ? String(word) : word, "a word of a command");
  if (bytes.includes(0)) throw new TypeError("a word of a command can't hold a NUL");
  return bytes;
}
