/**
 * `mlkem768x25519-sha256` (draft-ietf-sshm-mlkem-hybrid-kex): ML-KEM-768 and X25519 side by side, so
 * that what is recorded today is safe from a quantum computer, and from a flaw in either.
 *
 * ssh2 makes its object for curve25519-sha256 (negotiation.ts sees to that), which has the same
 * messages and the same hash; what is computed is put in its place here.
 *
 * test/ssh/ssh2/hybrid-exchange.test.ts, test/e2e/post-quantum.test.ts
 */
import { createHash, createPublicKey, diffieHellman, generateKeyPairSync } from "node:crypto";
import { ciphertextSize, loadMlKem, nativeMlKem } from "./ml-kem.ts";
import type { MakePair } from "./ml-kem.ts";

export const hybridMethod = "mlkem768x25519-sha256";

/** Of an X25519 public key (RFC 8731 §3). */
const x25519Size = 32;

/** As much of ssh2's object for a key exchange as is replaced. */
export interface ReplacedExchange {
  generateKeys(): void;
  getPublicKey(): Buffer | undefined;
  convertPublicKey(key: Buffer): Buffer;
  computeSecret(reply: Buffer): Buffer | Error;
  start(): void;
}

const replaced = [
  "generateKeys",
  "getPublicKey",
  "convertPublicKey",
  "computeSecret",
  "start",
] as const;

/** The client's side of one exchange. */
export class HybridKeys {
  /** C_INIT. */
  readonly init: Buffer;
  readonly #kem;
  readonly #x25519 = generateKeyPairSync("x25519");

  constructor(makePair: MakePair) {
    this.#kem = makePair();
    const { x = "" } = this.#x25519.publicKey.export({ format: "jwk" });
    this.init = Buffer.concat([this.#kem.publicKey, Buffer.from(x, "base64url")]);
  }

  /**
   * @param reply S_REPLY
   * @returns K, which is hashed, and keys are derived from, as a string: without a sign
   * @throws {Error} where the reply has another length, or its X25519 key is none (RFC 7748 §6.1)
   */
  secret(reply: Buffer): Buffer {
    const expected = ciphertextSize + x25519Size;
    if (reply.length !== expected) {
      throw new Error(`the server's reply has ${reply.length} bytes instead of ${expected}`);
    }
    const x = reply.subarray(ciphertextSize).toString("base64url");
    const publicKey = createPublicKey({ key: { kty: "OKP", crv: "X25519", x }, format: "jwk" });
    return createHash("sha256")
      .update(this.#kem.decapsulate(reply.subarray(0, ciphertextSize)))
      .update(diffieHellman({ privateKey: this.#x25519.privateKey, publicKey }))
      .digest();
  }
}

/**
 * Makes ssh2's object for curve25519-sha256 one for this method.
 *
 * @param fail ends the connection
 * @param isOver whether the connection has ended
 */
export function makeHybrid(
  exchange: ReplacedExchange,
  fail: (error: Error) => void,
  isOver: () => boolean,
): void {
  for (const name of replaced) {
    if (typeof exchange[name] !== "function") throw new Error(`this ssh2 has no ${name}`);
  }
  let keys: HybridKeys | undefined;
  let init: Buffer | undefined;
  exchange.generateKeys = () => {};
  exchange.getPublicKey = () => init;
  // ssh2's own strips leading zeros.
  exchange.convertPublicKey = (key) => key;
  exchange.computeSecret = (reply) => {
    const mine = keys;
    // Forgotten after the first use, as they are secret.
    keys = undefined;
    if (!mine) return new Error("the server's reply came before there was anything to reply to");
    try {
      return mine.secret(reply);
    } catch (error) {
      return error as Error;
    }
  };
  const start = exchange.start.bind(exchange);
  const begin = (makePair: MakePair) => {
    if (isOver()) return;
    keys = new HybridKeys(makePair);
    init = keys.init;
    start();
  };
  exchange.start = () => {
    if (isOver()) return;
    const native = nativeMlKem();
    if (native) begin(native);
    else loadMlKem().then(begin).catch(fail);
  };
}
