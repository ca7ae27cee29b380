import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { Call } from "../../support/call.ts";
import { hashUnit } from "../support/remote-hashes.ts";
import type { RemoteFiles } from "../support/remote-files.ts";

/** Bytes of a block: what differs in one costs no more than that. */
const blockSize = 8 * 1024 * 1024;
const readSize = 1024 * 1024;
/** Bytes: with fewer, to begin anew takes no longer. */
const leastVerified = 256 * 1024;

/**
 * How many bytes at the beginning are the same, of a local and a remote file.
 *
 * @param atHand bytes that both have
 */
export async function sameBeginning(
  files: RemoteFiles,
  remote: Buffer,
  local: FileHandle,
  atHand: number,
  call: Call,
): Promise<number> {
  if (atHand < leastVerified) return 0;
  const size = atHand - (atHand % hashUnit);
  const theirs = files.hashes(remote, size, blockSize, call);
  theirs.catch(() => {});
  let same = 0;
  for (let at = 0; at < size; at += blockSize) {
    const length = Math.min(blockSize, size - at);
    const hash = await hashOf(local, at, length, call);
    if ((await theirs)[at / blockSize] !== hash) break;
    same = at + length;
  }
  return same;
}

async function hashOf(file: FileHandle, from: number, length: number, call: Call) {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(Math.min(readSize, length));
  for (let at = from; at < from + length;) {
    const most = Math.min(buffer.length, from + length - at);
    const { bytesRead } = await file.read(buffer, 0, most, at);
    if (bytesRead === 0) return undefined;
    hash.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
    call.progress();
    call.check();
  }
  return hash.digest("hex");
}
