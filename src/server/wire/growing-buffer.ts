import { Buffer } from "node:buffer";

const smallestBlock = 1024;
const largestBlock = 1024 * 1024;

/**
 * Collects the bytes of one frame in linear time, into however small pieces they are cut. It allocates
 * at most about twice what has arrived, whatever length the header announced, and for a large frame
 * hardly more than that: it adds blocks instead of copying to a larger one.
 */
export class GrowingBuffer {
  readonly #most: number;
  /** All but the last are full. */
  #blocks: Buffer[] = [];
  #length = 0;
  /** Unused bytes of the last block. */
  #free = 0;

  /** @param most bytes that will be appended, at most, before {@link take} */
  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#length;
  }

  append(part: Buffer): void {
    for (let at = 0; at < part.length;) {
      if (this.#free === 0) this.#grow(part.length - at);
      const block = this.#blocks.at(-1) as Buffer;
      const copied = part.copy(block, block.length - this.#free, at);
      at += copied;
      this.#length += copied;
      this.#free -= copied;
    }
  }

  /** Gives what was collected and begins anew. */
  take(): Buffer {
    const [first = Buffer.alloc(0), ...others] = this.#blocks;
    const length = this.#length;
    this.clear();
    return others.length === 0
      ? first.subarray(0, length)
      : Buffer.concat([first, ...others], length);
  }

  /** Drops what was collected and begins anew. */
  clear(): void {
    this.#blocks = [];
    this.#length = 0;
    this.#free = 0;
  }

  /** @param wanted bytes that are about to be appended */
  #grow(wanted: number): void {
    const doubled = Math.max(wanted, this.#length, smallestBlock);
    this.#free = Math.min(doubled, largestBlock, this.#most - this.#length);
    this.#blocks.push(Buffer.allocUnsafeSlow(this.#free));
  }
}
