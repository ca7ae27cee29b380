import { createHmac, randomBytes } from "node:crypto";

/** Of this process alone: what is hashed with it can't be guessed at by who sees the hash. */
const secret = randomBytes(32);

/** Tells whether things are the same as others were, of which nothing is kept. */
export class KeyedHash {
  readonly #hmac = createHmac("sha256", secret);

  /** @param value what JSON can hold, or bytes */
  add(value: unknown): this {
    const text = Buffer.isBuffer(value) ? value.toString("base64") : JSON.stringify(value);
    // A NUL is in none of them.
    this.#hmac.update(`${typeof value} ${text}\0`);
    return this;
  }

  digest(): string {
    return this.#hmac.digest("base64");
  }
}
