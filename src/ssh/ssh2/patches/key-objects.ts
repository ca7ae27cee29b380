/**
 * Keys of ciphers and MACs made ready once. Without its native binding, ssh2 makes a cipher for each
 * packet from a buffer, in which Node 24 looks for a key object first, in vain: that takes four times as
 * long as the cipher.
 *
 * test/ssh/ssh2/ssh2.test.ts
 */
import { Buffer } from "node:buffer";
import { createSecretKey } from "node:crypto";
import type { BinaryLike, KeyObject } from "node:crypto";

const keyObjects = new WeakMap<object, KeyObject>();

/** The same key as an object, and for the same buffer the same object. Its bytes mustn't change. */
function asKeyObject(key: BinaryLike | KeyObject): BinaryLike | KeyObject {
  if (!Buffer.isBuffer(key)) return key;
  const known = keyObjects.get(key);
  if (known) return known;
  const object = createSecretKey(key);
  keyObjects.set(key, object);
  return object;
}

type Create = (algorithm: never, key: never, ...rest: never[]) => unknown;

/** The function, but that it gets its key as an object. */
export function withKeyObject<Function extends Create>(create: Function): Function {
  const wrapped: Create = (algorithm, key, ...rest) =>
    create(algorithm, asKeyObject(key) as never, ...rest);
  return wrapped as Function;
}
