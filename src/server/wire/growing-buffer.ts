import { Buffer } from "node:buffer";

const firstCapacity = 1024;

/**
 * Collects the bytes of one frame at a linear cost however finely they are cut, and without
 * allocating more than about twice what has really arrived, whatever a header announced.
 */
export class GrowingBuffer {
  readonly #most: number;
  #bytes = Buffer.alloc(0);
  #length = 0;

  /** @param most the bytes that will be appended at most before they are taken */
  constructor(most: number) {
    this.#most = most;
  }

  get length(): number {
    return this.#length;
  }

  append(part: Buffer): void {
    const length = this.#length + part.length;
    if (length > this.#bytes.length) {
      const doubled = Math.max(this.#bytes.length * 2, firstCapacity);
      const capacity = Math.max(length, Math.min(doubled, this.#most));
      const grown = Buffer.allocUnsafeSlow(capacity);
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    part.copy(this.#bytes, this.#length);
    this.#length = length;
  }

  /** Gives what was collected and begins anew. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.alloc(0);
    this.#length = 0;
    return taken;
  }
}
