import type { Call } from "../../support/call.ts";
import type { Entry, TakeEntries } from "../support/remote-files.ts";
import { listed } from "./listing.ts";
import { pathWord, script } from "./quote.ts";
import { failure } from "./failure.ts";
import type { ShellFiles } from "./shell-files.ts";

/** Names that `ls` prints as they are, whichever it is. */
const plain = /^[\x21-\x7e]+$/;
/** Names asked about in one command, where a listing isn't clear about them. */
const atOnce = 50;
/** Entries given at once. */
const given = 1000;

/**
 * Gives a directory's entries. The names are the shell's own, apart by NUL; `ls` says what they
 * are, line by line. Of a name that isn't clear there (a newline in it, two lines for it) each is
 * asked about by itself.
 */
export async function listDirectory(
  files: ShellFiles,
  path: Buffer,
  take: TakeEntries,
  call: Call,
): Promise<void> {
  const folder = pathWord(path);
  const names = `for f in * .[!.]* ..?*; do { [ -e "$f" ] || [ -L "$f" ]; } && printf '%s\\0' "$f"; done`;
  const inside = script`[ -e ${folder} ] || { echo @ENOENT >&2; exit 1; }
    [ -d ${folder} ] || { echo @ENOTDIR >&2; exit 1; }
    cd ${folder} || exit 1; [ -r . ] || { echo @EACCES >&2; exit 1; }
    ${names}; printf '\\0'; ls -lAn --full-time 2>/dev/null; :`;
  const { output, answer } = await files.ask(inside, call);
  if (answer.code !== 0) throw failure(path, answer);
  const between = output.indexOf("\0\0") + 1;
  const empty = output[0] === 0;
  const found = empty ? [] : split(output.subarray(0, between - 1), 0);
  const lines = linesByName(output.subarray(empty ? 1 : between + 1));
  const clear: Entry[] = [];
  const unclear: Buffer[] = [];
  for (const name of found) {
    const text = name.toString("latin1");
    const stats = plain.test(text) && !text.includes("->") ? lines.get(text) : undefined;
    if (stats?.length === 1) clear.push({ name, ...(stats[0] as Omit<Entry, "name">) });
    else unclear.push(name);
  }
  for (let at = 0; at < clear.length; at += given) await take(clear.slice(at, at + given));
  for (let at = 0; at < unclear.length; at += atOnce) {
    const entries = await each(files, path, unclear.slice(at, at + atOnce), call);
    if (entries.length > 0) await take(entries);
  }
}

function linesByName(output: Buffer): Map<string, Omit<Entry, "name">[]> {
  const lines = new Map<string, Omit<Entry, "name">[]>();
  for (const bytes of split(output, 10)) {
    const found = listed(bytes);
    if (!found) continue;
    const text = found.rest.toString("latin1");
    const arrow = found.stat.type === "symlink" ? text.indexOf(" -> ") : -1;
    const name = arrow === -1 ? text : text.slice(0, arrow);
    const stat = { ...found.stat, atime: null };
    lines.set(name, [...(lines.get(name) ?? []), stat]);
  }
  return lines;
}

/** Lists each name by itself; nothing for one that is gone meanwhile. */
async function each(
  files: ShellFiles,
  path: Buffer,
  names: Buffer[],
  call: Call,
): Promise<Entry[]> {
  const words = Buffer.concat(names.flatMap((name) => [pathWord(name), Buffer.from(" ")]));
  const asked = script`cd ${pathWord(path)} || exit 1
    for f in ${words}; do ls -ldn --full-time "$f" 2>/dev/null; printf '\\0'; done`;
  const { output, answer } = await files.ask(asked, call);
  if (answer.code !== 0) throw failure(path, answer);
  const said = split(output, 0);
  return names.flatMap((name, n) => {
    const found = said[n] && listed(said[n]);
    return found ? [{ name, ...found.stat, atime: null }] : [];
  });
}

/** @param end the byte that ends each piece; the last one may lack it */
function split(bytes: Buffer, end: number): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(end); at !== -1; at = bytes.indexOf(end, from)) {
    pieces.push(bytes.subarray(from, at));
    from = at + 1;
  }
  if (from < bytes.length) pieces.push(bytes.subarray(from));
  return pieces;
}
