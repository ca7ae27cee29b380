/** The data types of RFC 4251 §5, as far as keys, agents and authentication need them. */

export function byte(value: number): Buffer {
  return Buffer.from([value]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function string(value: string | Buffer): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
  return Buffer.concat([uint32(bytes.length), bytes]);
}

/** @param magnitude of a positive number, big-endian */
export function mpint(magnitude: Buffer): Buffer {
  let start = 0;
  while (start < magnitude.length && magnitude[start] === 0) start++;
  const digits = magnitude.subarray(start);
  // A first bit of 1 would mean a negative number.
  const positive = digits.length > 0 && (digits[0] as number) >= 0x80;
  return string(positive ? Buffer.concat([byte(0), digits]) : digits);
}

/** The bytes end before the value does. */
export class Malformed extends Error {
  override name = "Malformed";
}

/** Reads values one after the other. */
export class WireReader {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** @throws {Malformed} */
  uint32(): number {
    return this.#take(4).readUInt32BE();
  }

  /** @throws {Malformed} */
  string(): Buffer {
    return this.#take(this.uint32());
  }

  /** A string of ASCII, as names are. @throws {Malformed} */
  name(): string {
    return this.string().toString("latin1");
  }

  /** The next `length` bytes. @throws {Malformed} */
  bytes(length: number): Buffer {
    return this.#take(length);
  }

  get hasMore(): boolean {
    return this.#position < this.#bytes.length;
  }

  /** All that is left. */
  rest(): Buffer {
    return this.#take(this.#bytes.length - this.#position);
  }

  #take(length: number): Buffer {
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new Malformed("a value is cut short");
    const taken = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return taken;
  }
}
