import { Buffer } from "node:buffer";

const smallestBlock = 1024;
const largestBlock = 1024 * 1024;

/**
 * Collects the bytes of one frame at a linear cost however finely they are cut, and without
 * allocating more than about twice what has really arrived, whatever a header announced. Of a large
 * frame it is hardly more than that: nothing is moved to where there is more room, and what is
 * dropped leaves no smaller copies of itself behind.
 */
export class GrowingBuffer {
  readonly #most: number;
  /** All but the last are full. */
  #blocks: Buffer[] = [];
  #length = 0;
  /** Of the last block. */
  #free = 0;

  /** @param most the bytes that will be appended at most before they are taken */
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

  /** @param wanted bytes that are there to be appended */
  #grow(wanted: number): void {
    const doubled = Math.max(wanted, this.#length, smallestBlock);
    this.#free = Math.min(doubled, largestBlock, this.#most - this.#length);
    this.#blocks.push(Buffer.allocUnsafeSlow(this.#free));
  }
}
