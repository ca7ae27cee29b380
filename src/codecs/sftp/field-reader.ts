import { Buffer } from "node:buffer";
import { SftpProtocolError } from "./errors.ts";

/** Reads a packet's fields, one after the other. */
export class FieldReader {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Bytes that are left. */
  get left(): number {
    return this.#bytes.length - this.#position;
  }

  /** @throws {SftpProtocolError} as do the others, where the packet ends before the field does */
  byte(): number {
    return this.#take(1)[0] as number;
  }

  uint32(): number {
    return this.#take(4).readUInt32BE();
  }

  /** What is beyond 2^53 - 1, which no real size is, is that. */
  uint64(): number {
    const bytes = this.#take(8);
    const value = bytes.readUInt32BE(0) * 2 ** 32 + bytes.readUInt32BE(4);
    return Math.min(value, Number.MAX_SAFE_INTEGER);
  }

  /** A view of the packet. */
  string(): Buffer {
    return this.#take(this.uint32());
  }

  rest(): Buffer {
    return this.#take(this.left);
  }

  #take(length: number): Buffer {
    const end = this.#position + length;
    if (end > this.#bytes.length) throw new SftpProtocolError("a packet ends inside a field");
    const taken = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return taken;
  }
}
