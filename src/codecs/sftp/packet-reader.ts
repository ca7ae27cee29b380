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
const noBlock = Buffer.alloc(0);

/** Cuts what comes on the channel into packets, without their lengths. */
export class PacketReader {
  readonly #largest: number;
  readonly #length = Buffer.alloc(lengthField);
  #lengthHas = 0;
  /** Bytes of the packet that has begun. */
  #size = 0;
  /** The pieces of it that have come. */
  #pieces: Buffer[] = [];
  #has = 0;
  #block = noBlock;
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
   * Gives the packets that are whole with this chunk; they may be views of it.
   *
   * @throws {SftpProtocolError} where what comes is no packet; nothing more can be read then
   */
  push(chunk: Buffer): Buffer[] {
    const packets: Buffer[] = [];
    this.pushPieces(chunk, (pieces) => packets.push(joined(pieces)));
    return packets;
  }

  /** As {@link push}, but each packet is given in the pieces in which it came: nothing large is copied. */
  pushPieces(chunk: Buffer, take: (pieces: readonly Buffer[]) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#lengthHas < lengthField) {
        at += this.#takeLength(chunk, at);
        if (this.#lengthHas < lengthField) return;
        this.#size = this.#length.readUInt32BE();
        if (this.#size < 1 || this.#size > this.#largest) throw this.#noPacket(this.#size);
      }
      const end = Math.min(chunk.length, at + this.#size - this.#has);
      // Most chunks of a large packet have nothing but its bytes.
      const piece = at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end);
      at = end;
      this.#add(piece);
      if (this.#has < this.#size) return;
      this.#endBlock();
      const pieces = this.#pieces;
      this.#pieces = [];
      this.#has = 0;
      this.#lengthHas = 0;
      take(pieces);
    }
  }

  #add(piece: Buffer): void {
    const left = this.#size - this.#has;
    this.#has += piece.length;
    // A packet that is whole isn't copied, however small.
    if (piece.length >= smallPiece || piece.length === this.#size) {
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
    if (this.#blockHas === 0) return;
    this.#pieces.push(this.#block.subarray(0, this.#blockHas));
    this.#block = noBlock;
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
