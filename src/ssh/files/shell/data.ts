import type { Call } from "../../support/call.ts";
import { notSupported } from "../support/remote-error.ts";
import type { TakeBytes } from "../support/remote-files.ts";
import { pathWord, printfWord, script } from "./quote.ts";
import { failure } from "./failure.ts";
import type { ShellFiles } from "./shell-files.ts";

/** dd(1)'s block. */
const block = 65_536;
/** Blocks asked for in one command, and commands under way. */
const blocksAtOnce = 16;
const ahead = 4;
/** Bytes that go within a command; more are its input, which costs a round trip. */
const inCommand = 4096;

/** Reads a range of a file, piece by piece, up to its end. */
export async function readRange(
  files: ShellFiles,
  path: Buffer,
  { offset, length }: { offset: number; length: number },
  take: TakeBytes,
  call: Call,
): Promise<void> {
  const end = offset + length;
  const pieces: Promise<{ bytes: Buffer; isLast: boolean }>[] = [];
  let next = Math.floor(offset / block);
  const ask = async (first: number) => {
    const wanted = Math.ceil((end - first * block) / block);
    const count = Math.min(blocksAtOnce, wanted);
    const read = script`dd if=${pathWord(path)} bs=${block} skip=${first} count=${count}`;
    const { output, answer } = await files.ask(read, call);
    if (answer.code !== 0) throw failure(path, answer);
    // A file's end makes one block partial; the kernel's files give less than a block time and again.
    const [, full, partial] = /^(\d+)\+(\d+) records in/m.exec(answer.stderr) ?? [];
    const isFull = output.length === count * block;
    const isLast = !isFull && (Number(partial ?? 1) <= 1 || Number(full) + Number(partial) < count);
    if (!isLast && !isFull) throw notSupported("the file can't be read piece by piece");
    return { bytes: output, isLast };
  };
  if (length === 0) return;
  // A first one alone says whether there is more.
  for (let most = 1; ; most = ahead) {
    while (pieces.length < most && next * block < end) {
      const piece = ask(next);
      piece.catch(() => {});
      pieces.push(piece);
      next += blocksAtOnce;
    }
    const first = next - pieces.length * blocksAtOnce;
    const piece = await pieces.shift();
    if (!piece) return;
    const at = first * block;
    const bytes = piece.bytes.subarray(Math.max(0, offset - at), Math.max(0, end - at));
    const busy = bytes.length > 0 && take(bytes);
    if (busy) await call.race(Promise.resolve(busy));
    if (piece.isLast) return;
  }
}

/** Writes bytes at an offset of a file that is there, or makes it. */
export async function writeAt(
  files: ShellFiles,
  path: Buffer,
  offset: number,
  data: Uint8Array,
  call: Call,
): Promise<void> {
  // Up to where dd(1) may take whole blocks, it takes single bytes.
  const first = Math.min(data.length, (block - (offset % block)) % block);
  if (first > 0) await put(files, path, { at: offset, unit: 1 }, data.subarray(0, first), call);
  if (first === data.length) return;
  await put(files, path, { at: offset + first, unit: block }, data.subarray(first), call);
}

export async function appendBytes(
  files: ShellFiles,
  path: Buffer,
  data: Uint8Array,
  call: Call,
): Promise<void> {
  if (data.length > 0) await feed(files, path, data, script` >>${pathWord(path)}`, call);
}

async function put(
  files: ShellFiles,
  path: Buffer,
  { at, unit }: { at: number; unit: number },
  data: Uint8Array,
  call: Call,
): Promise<void> {
  const seek = at / unit;
  const to = script` | dd of=${pathWord(path)} bs=${unit} seek=${seek} conv=notrunc`;
  await feed(files, path, data, to, call);
}

/** Has a command write the bytes, which go where `to` says. */
async function feed(
  files: ShellFiles,
  path: Buffer,
  data: Uint8Array,
  to: Buffer,
  call: Call,
): Promise<void> {
  if (data.length <= inCommand) {
    return files.do(path, script`printf ${printfWord(data)}${to}`, call);
  }
  const what = script`head -c ${data.length}${to}`;
  await files.do(path, what, call, Buffer.from(data.buffer, data.byteOffset, data.length));
}
