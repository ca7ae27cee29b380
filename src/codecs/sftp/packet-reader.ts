import { Buffer } from "node:buffer";
import { largestPacket } from "./constants.ts";
import { SftpProtocolError } from "./errors.ts";

const lengthField = 4;

/** Cuts what comes on the channel into packets, without their lengths. */
export class PacketReader {
  readonly #largest: number;
  readonly #length = Buffer.alloc(lengthField);
  #lengthHas = 0;
  #packet: Buffer | undefined;
  #packetHas = 0;

  /** @param largest bytes that a packet may have; a longer one is no packet */
  constructor(largest: number = largestPacket) {
    this.#largest = largest;
  }

  /** Whether a packet has begun and isn't whole. */
  get isInside(): boolean {
    return this.#lengthHas > 0;
  }

  /**
   * Yields the packets that are whole with this chunk; they may be views of it. All of them are to
   * be taken before the next chunk is given.
   *
   * @throws {SftpProtocolError} where what comes is no packet; nothing more can be read then
   */
  *push(chunk: Buffer): Generator<Buffer, void, void> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#lengthHas < lengthField) at += this.#takeLength(chunk, at);
      if (this.#lengthHas < lengthField) return;
      const length = this.#length.readUInt32BE();
      if (length < 1 || length > this.#largest) throw this.#noPacket(length);
      if (!this.#packet && chunk.length - at >= length) {
        this.#lengthHas = 0;
        at += length;
        yield chunk.subarray(at - length, at);
        continue;
      }
      this.#packet ??= Buffer.allocUnsafe(length);
      const taken = chunk.copy(this.#packet, this.#packetHas, at, at + length - this.#packetHas);
      at += taken;
      this.#packetHas += taken;
      if (this.#packetHas < length) return;
      const packet = this.#packet;
      this.#packet = undefined;
      this.#packetHas = 0;
      this.#lengthHas = 0;
      yield packet;
    }
  }

  #takeLength(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#length, this.#lengthHas, at, at + lengthField - this.#lengthHas);
    this.#lengthHas += taken;
    return taken;
  }

  #noPacket(length: number): SftpProtocolError {
    // What a login file prints comes first, and its letters are read as a length.
    const text = this.#length.toString("latin1");
    const hint = /^[\t\n\r -~]{4}$/.test(text) ? `: it begins with ${JSON.stringify(text)}` : "";
    return new SftpProtocolError(`a packet can't have ${length} bytes${hint}`);
  }
}
