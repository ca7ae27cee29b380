import { createCipheriv } from "node:crypto";
import type { CipherAlgorithm } from "ssh2";

const gcm: CipherAlgorithm[] = ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com"];
const chacha: CipherAlgorithm = "chacha20-poly1305@openssh.com";
const ctr: CipherAlgorithm[] = ["aes128-ctr", "aes192-ctr", "aes256-ctr"];

/** Milliseconds to encrypt the same with each. */
interface Speed {
  readonly gcm: number;
  readonly chacha: number;
}

/**
 * The ciphers, best first. Where the CPU does AES, GCM is as fast as ChaCha20 at the least; where
 * software does it, it takes three times as long and more.
 */
export function cipherOrder(speed: Speed): CipherAlgorithm[] {
  const isSlow = speed.gcm > 2 * speed.chacha;
  return isSlow ? [chacha, ...gcm, ...ctr] : [...gcm, chacha, ...ctr];
}

let order: CipherAlgorithm[] | undefined;

/** In the order that suits this machine. Node doesn't say what its CPU can do, so it is measured. */
export function ciphers(): CipherAlgorithm[] {
  order ??= cipherOrder(measured());
  return order;
}

/** By the best of several turns: the first have to load the ciphers, and others have the CPU too. */
function measured(): Speed {
  const speed = { gcm: Infinity, chacha: Infinity };
  for (let turn = 0; turn < 8; turn++) {
    speed.gcm = Math.min(speed.gcm, timeOf("aes-128-gcm", 16));
    speed.chacha = Math.min(speed.chacha, timeOf("chacha20-poly1305", 32));
  }
  return speed;
}

const data = Buffer.alloc(16 * 1024);

function timeOf(cipher: "aes-128-gcm" | "chacha20-poly1305", keyBytes: number): number {
  const [key, nonce] = [Buffer.alloc(keyBytes), Buffer.alloc(12)];
  const began = performance.now();
  createCipheriv(cipher, key, nonce).update(data);
  return performance.now() - began;
}
