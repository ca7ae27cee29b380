import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { Stats } from "node:fs";
import { NotRegular } from "./system-error.ts";

/** A file's bytes, and what the system says of the file that they are from. */
export interface BoundedFile {
  readonly found: Stats;
  readonly bytes: Buffer;
}

/**
 * Reads a file whole whose path may be anyone's. Only regular files are read, and `/dev/null`, which
 * is an empty one: a device without end would fill the memory, and one that has nothing to say, or a
 * pipe that nobody writes to, keeps one of libuv's few threads for ever.
 *
 * @throws {NotRegular} or an error of the system, or one with the code EFBIG
 */
export async function readBounded(path: string, maxBytes: number): Promise<BoundedFile> {
  // Checked before it is opened: opening alone has an effect on some devices.
  const atPath = await stat(path);
  if (await isNullDevice(atPath)) return { found: atPath, bytes: Buffer.alloc(0) };
  check(atPath, maxBytes);
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    // The path may lead to another file by now.
    const found = await file.stat();
    check(found, maxBytes);
    return { found, bytes: await contentOf(file, found.size, maxBytes) };
  } finally {
    // Not waited for: to read a small file takes no longer than a few such steps.
    file.close().catch(() => {});
  }
}

/** Reads up to the size that the file has, or of one in /proc, which has none, to its end. */
async function contentOf(file: FileHandle, size: number, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let length = 0; ;) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkSize, maxBytes + 1 - length));
    const { bytesRead } = await file.read(buffer, 0, buffer.length);
    chunks.push(buffer.subarray(0, bytesRead));
    length += bytesRead;
    if (length > maxBytes) throw coded("EFBIG");
    if (bytesRead === 0 || length === size) return Buffer.concat(chunks);
  }
}

/** Bytes read at a time; most of these files are shorter. */
const chunkSize = 16 * 1024;

/** Whether this is `/dev/null`, by whatever name. */
export async function isNullDevice(found: Stats): Promise<boolean> {
  if (!found.isCharacterDevice()) return false;
  const device = await stat("/dev/null").catch(() => undefined);
  return device !== undefined && device.rdev === found.rdev;
}

function check(found: Stats, maxBytes: number): void {
  if (found.isDirectory()) throw coded("EISDIR");
  if (!found.isFile()) throw new NotRegular();
  if (found.size > maxBytes) throw coded("EFBIG");
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}
