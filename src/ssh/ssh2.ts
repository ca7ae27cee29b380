import crypto from "node:crypto";
import { createRequire } from "node:module";
import type * as Ssh2 from "ssh2";

/** Bytes that are asked of the system at once. */
const poolSize = 4096;
const pool = Buffer.allocUnsafeSlow(poolSize);
let used = poolSize;

const { randomFillSync } = crypto;

/** As crypto.randomFillSync, for a few bytes at a time. Each byte of the pool is given out once. */
export function fillFromPool(buffer: Buffer, offset = 0, size = buffer.length - offset): Buffer {
  if (size > poolSize) return randomFillSync(buffer, offset, size);
  if (used + size > poolSize) {
    randomFillSync(pool);
    used = 0;
  }
  pool.copy(buffer, offset, used, used + size);
  used += size;
  return buffer;
}

// ssh2 asks for the padding of each packet (RFC 4253 §6) by itself, which takes longer than all that
// it does else with a small one: a tenth of the daemon's time for a command. It looks the function up
// as it is loaded.
Object.assign(crypto, { randomFillSync: fillFromPool });
export const ssh2 = createRequire(import.meta.url)("ssh2") as typeof Ssh2;
Object.assign(crypto, { randomFillSync });
