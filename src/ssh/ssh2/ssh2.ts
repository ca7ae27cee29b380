import crypto from "node:crypto";
import type { BinaryLike, KeyObject } from "node:crypto";
import { createRequire } from "node:module";
import type * as Ssh2 from "ssh2";
import { isSet } from "../support/process-settings.ts";
import { createChosenGroup } from "./patches/group-exchange.ts";

/** Bytes that are asked of the system at once. */
const poolSize = 4096;
const pool = Buffer.allocUnsafeSlow(poolSize);
let used = poolSize;

const { createCipheriv, createDecipheriv, createHmac, randomFillSync } = crypto;

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

const keyObjects = new WeakMap<object, KeyObject>();

/** The same key as an object, and for the same buffer the same object. Its bytes mustn't change. */
function asKeyObject(key: BinaryLike | KeyObject): BinaryLike | KeyObject {
  if (!Buffer.isBuffer(key)) return key;
  const known = keyObjects.get(key);
  if (known) return known;
  const object = crypto.createSecretKey(key);
  keyObjects.set(key, object);
  return object;
}

type Create = (algorithm: never, key: never, ...rest: never[]) => unknown;

/** The function, but that it gets its key as an object. */
function withKeyObject<Function extends Create>(create: Function): Function {
  const wrapped: Create = (algorithm, key, ...rest) =>
    create(algorithm, asKeyObject(key) as never, ...rest);
  return wrapped as Function;
}

/** What ssh2 gets of crypto instead of what there is. It looks the functions up as it is loaded. */
const quicker = {
  // ssh2 asks for the padding of each packet (RFC 4253 §6) by itself, which takes longer than all
  // that it does else with a small one: a tenth of the daemon's time for a command.
  randomFillSync: fillFromPool,
  // Without its native binding, ssh2 makes a cipher for each packet from a buffer, in which Node 24
  // looks for a key object first, in vain: that takes four times as long as the cipher.
  createCipheriv: withKeyObject(createCipheriv),
  createDecipheriv: withKeyObject(createDecipheriv),
  createHmac: withKeyObject(createHmac),
};

interface Loaded {
  readonly ssh2: typeof Ssh2;
  /** What ssh2 does with each message, by its number. */
  readonly messageHandlers: readonly unknown[];
}

function load(): Loaded {
  const { createDiffieHellman } = crypto;
  Object.assign(crypto, isSet("crypto-for-ssh2") && quicker, {
    createDiffieHellman: createChosenGroup,
  });
  try {
    const require = createRequire(import.meta.url);
    // Before the rest, which looks at it as it needs it.
    trustCisco(require("ssh2/lib/protocol/constants.js") as { COMPAT_CHECKS: unknown[][] });
    return {
      ssh2: require("ssh2") as typeof Ssh2,
      messageHandlers: require("ssh2/lib/protocol/handlers.js") as readonly unknown[],
    };
  } finally {
    const original = { createCipheriv, createDecipheriv, createDiffieHellman, createHmac };
    Object.assign(crypto, { ...original, randomFillSync });
  }
}

/**
 * Has ssh2 do a group exchange with Cisco-1.25, too: it leaves that out of what is offered even where
 * it alone is named, and by us it is offered only where it is.
 */
function trustCisco({ COMPAT_CHECKS: checks }: { COMPAT_CHECKS: unknown[][] }): void {
  const rule = checks.findIndex(([software]) => software === "Cisco-1.25");
  if (rule !== -1) checks.splice(rule, 1);
}

export const { ssh2, messageHandlers } = load();
