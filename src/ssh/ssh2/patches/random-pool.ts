/**
 * Random bytes for the padding of packets (RFC 4253 §6), from a pool: ssh2 asks the system for each by
 * itself, which takes longer than all that it does else with a small one, a tenth of the daemon's time
 * for a command.
 *
 * test/ssh/ssh2/patches/random-pool.test.ts, test/ssh/ssh2/ssh2.test.ts
 */
import { Buffer } from "node:buffer";
import crypto from "node:crypto";

/** Node's own, whatever ssh2 is handed. */
const { randomFillSync } = crypto;

/** Bytes that are asked of the system at once. */
const poolSize = 4096;
const pool = Buffer.allocUnsafeSlow(poolSize);
let used = poolSize;

/** As crypto.randomFillSync, for a few bytes at a time. Each byte of the pool is given out once. */
export function fillFromPool(buffer: Buffer, offset = 0, size = buffer.length - offset): Buffer {
  if (size > poolSize) return randomFillSync(buffer, offset, size);
  if (used + size > poolSize) {
    randomFillSync(pool);
    used = 0;
  }
  for (let at = offset; at < offset + size; at++) buffer[at] = pool[used++] as number;
  return buffer;
}
