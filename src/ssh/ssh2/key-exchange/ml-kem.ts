/**
 * ML-KEM-768 (FIPS 203): by Node's own OpenSSL where that has it (24.7 and later), else by
 * @noble/post-quantum, which is loaded when the first server wants it. That one, measured on Node 20
 * and 22, takes 20 ms to load, 45 to 70 for the first key pair and 2 to 17 for the secret, where a
 * whole login takes 40; later ones 2 ms. So the method is offered behind the curves there.
 *
 * test/ssh/ssh2/hybrid-exchange.test.ts
 */
import crypto from "node:crypto";
import type { KeyObject } from "node:crypto";

/** Bytes. */
export const publicKeySize = 1184;
export const ciphertextSize = 1088;

/** A key pair for one key exchange. */
export interface MlKemPair {
  readonly publicKey: Buffer;
  /** @throws {Error} where the ciphertext has another length; one that is wrong gives another secret */
  decapsulate(ciphertext: Buffer): Buffer;
}

export type MakePair = () => MlKemPair;

/** What the types of Node 20 don't have. */
type Newer = typeof crypto & {
  readonly decapsulate?: (key: KeyObject, ciphertext: Buffer) => Buffer;
  generateKeyPairSync(type: "ml-kem-768"): { publicKey: KeyObject; privateKey: KeyObject };
};

function makeNative(): MlKemPair {
  const { decapsulate } = crypto as Newer;
  if (!decapsulate) throw new Error("this Node has no ML-KEM");
  const { publicKey, privateKey } = (crypto as Newer).generateKeyPairSync("ml-kem-768");
  return {
    // The raw key is the end of the SubjectPublicKeyInfo (RFC 5280).
    publicKey: publicKey.export({ type: "spki", format: "der" }).subarray(-publicKeySize),
    decapsulate: (ciphertext) => decapsulate(privateKey, ciphertext),
  };
}

let native: MakePair | false | undefined;

/** Undefined where Node hasn't ML-KEM, or its OpenSSL hasn't. */
export function nativeMlKem(): MakePair | undefined {
  native ??= works(makeNative) && makeNative;
  return native || undefined;
}

function works(make: MakePair): boolean {
  try {
    return make().publicKey.length === publicKeySize;
  } catch {
    return false;
  }
}

/** In JavaScript. Its first key pair takes tens of milliseconds, as loading it does: a turn each. */
export async function loadMlKem(): Promise<MakePair> {
  const { ml_kem768: kem } = await import("@noble/post-quantum/ml-kem.js");
  await new Promise((resolve) => setImmediate(resolve));
  return () => {
    const { publicKey, secretKey } = kem.keygen();
    return {
      publicKey: Buffer.from(publicKey),
      decapsulate: (ciphertext) => Buffer.from(kem.decapsulate(ciphertext, secretKey)),
    };
  };
}
