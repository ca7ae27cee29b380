import { NotUtf8 } from "../errors/errors.ts";

/** The lines of bytes that come, without their ends; the last one needs none. Text must be UTF-8. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string, void> {
  // Bytes, and not text, are cut: a line end is never part of another character.
  let begun: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      yield textOf(Buffer.concat([...begun, chunk.subarray(from, at)]), true);
      begun = [];
      from = at + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
  }
  if (begun.length > 0) yield textOf(Buffer.concat(begun), false);
}

const newline = 0x0a;
const carriageReturn = 0x0d;

function textOf(line: Buffer, isEnded: boolean): string {
  const end = isEnded && line.at(-1) === carriageReturn ? line.length - 1 : line.length;
  return utf8(line.subarray(0, end), "a line of the output");
}

/** @throws {NotUtf8} where it isn't: nothing is ever replaced to make text of bytes */
export function utf8(bytes: Buffer, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new NotUtf8(`${what} is not UTF-8: take it as bytes`, { data: { dispatched: "yes" } });
  }
}
