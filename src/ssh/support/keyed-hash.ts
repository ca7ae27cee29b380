import { createHmac, randomBytes } from "node:crypto";

/** New in each process: whoever sees a hash can't find out by guessing what was hashed. */
const secret = randomBytes(32);

/** A hash of values, to compare them later without keeping them. */
export class KeyedHash {
  readonly #hmac = createHmac("sha256", secret);

  /** @param value what JSON can hold, or bytes */
  add(value: unknown): this {
    const text = Buffer.isBuffer(value) ? value.toString("base64") : JSON.stringify(value);
    // A NUL separates them: none of the texts holds one.
    this.#hmac.update(`${typeof value} ${text}\0`);
    return this;
  }

  digest(): string {
    return this.#hmac.digest("base64");
  }
}
