import { Buffer } from "node:buffer";
import { SftpProtocolError } from "./errors.ts";

/** Reads a packet's fields, one after the other. */
export class FieldReader {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Bytes that haven't been read. */
  get left(): number {
    return this.#bytes.length - this.#position;
  }

  /** @throws {SftpProtocolError} as do the others, where the packet ends before the field does */
  byte(): number {
    return this.#bytes[this.#advance(1)] as number;
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4));
  }

  /** At most 2^53 - 1: a larger value, which no real file has, is read as that. */
  uint64(): number {
    const at = this.#advance(8);
    const value = this.#bytes.readUInt32BE(at) * 2 ** 32 + this.#bytes.readUInt32BE(at + 4);
    return Math.min(value, Number.MAX_SAFE_INTEGER);
  }

  /** The bytes are a view of the packet, not a copy. */
  string(): Buffer {
    return this.#take(this.uint32());
  }

  rest(): Buffer {
    return this.#take(this.left);
  }

  #take(length: number): Buffer {
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Moves past a field of so many bytes. @returns the offset of the field */
  #advance(length: number): number {
    const at = this.#position;
    if (at + length > this.#bytes.length) {
      throw new SftpProtocolError("a packet ends inside a field");
    }
    this.#position = at + length;
    return at;
  }
}
