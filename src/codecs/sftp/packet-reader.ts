import { Buffer } from "node:buffer";
import { largestPacket } from "./constants.ts";
import { SftpProtocolError } from "./errors.ts";

const lengthField = 4;
/**
 * Pieces of fewer bytes are copied into one block: if a hostile server sends single bytes, each would
 * be an object otherwise.
 */
const smallPiece = 8 * 1024;
/** Bytes of such a block. */
const blockSize = 16 * 1024;

/** Cuts what comes on the channel into packets, without their lengths. */
export class PacketReader {
  readonly #largest: number;
  readonly #length = Buffer.alloc(lengthField);
  #lengthHas = 0;
  /** The pieces of the packet that has begun. */
  #pieces: Buffer[] = [];
  #has = 0;
  #block = Buffer.alloc(0);
  #blockHas = 0;

  /** @param largest bytes that a packet may have; a longer one is no packet */
  constructor(largest: number = largestPacket) {
    this.#largest = largest;
  }

  /** Whether a packet has begun and isn't complete. */
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
    for (const pieces of this.pushPieces(chunk)) yield joined(pieces);
  }

  /** As {@link push}, but each packet is given in the pieces in which it came: nothing large is copied. */
  *pushPieces(chunk: Buffer): Generator<readonly Buffer[], void, void> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#lengthHas < lengthField) at += this.#takeLength(chunk, at);
      if (this.#lengthHas < lengthField) return;
      const length = this.#length.readUInt32BE();
      if (length < 1 || length > this.#largest) throw this.#noPacket(length);
      const piece = chunk.subarray(at, at + length - this.#has);
      at += piece.length;
      if (piece.length === length) {
        this.#lengthHas = 0;
        yield [piece];
        continue;
      }
      this.#add(piece, length);
      if (this.#has < length) return;
      this.#endBlock();
      const pieces = this.#pieces;
      this.#pieces = [];
      this.#has = 0;
      this.#lengthHas = 0;
      yield pieces;
    }
  }

  #add(piece: Buffer, length: number): void {
    const left = length - this.#has;
    this.#has += piece.length;
    if (piece.length >= smallPiece) {
      this.#endBlock();
      this.#pieces.push(piece);
      return;
    }
    if (this.#blockHas + piece.length > this.#block.length) {
      this.#endBlock();
      this.#block = Buffer.allocUnsafe(Math.min(left, blockSize));
    }
    this.#blockHas += piece.copy(this.#block, this.#blockHas);
  }

  #endBlock(): void {
    if (this.#blockHas > 0) this.#pieces.push(this.#block.subarray(0, this.#blockHas));
    this.#block = Buffer.alloc(0);
    this.#blockHas = 0;
  }

  #takeLength(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#length, this.#lengthHas, at, at + lengthField - this.#lengthHas);
    this.#lengthHas += taken;
    return taken;
  }

  #noPacket(length: number): SftpProtocolError {
    // Text that the account's login files print comes first, and is read as the length.
    const text = this.#length.toString("latin1");
    const hint = /^[\t\n\r -~]{4}$/.test(text) ? `: it begins with ${JSON.stringify(text)}` : "";
    return new SftpProtocolError(`a packet can't have ${length} bytes${hint}`);
  }
}

/** A packet in one piece. */
export function joined(pieces: readonly Buffer[]): Buffer {
  return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
}
