/** Pieces below this are copied together: a packet of one byte would otherwise hold on to its whole buffer. */
const small = 8 * 1024;
const blockSize = 64 * 1024;

/** Gathers bytes that arrive in pieces of any size, at about their own cost in memory. */
export class ByteCollector {
  /** Bytes gathered so far. */
  length = 0;
  readonly #chunks: Uint8Array[] = [];
  #block = Buffer.alloc(0);
  #used = 0;

  add(chunk: Uint8Array): void {
    this.length += chunk.length;
    if (chunk.length >= small) {
      this.#flush();
      this.#chunks.push(chunk);
      return;
    }
    if (this.#used + chunk.length > this.#block.length) {
      this.#flush();
      this.#block = Buffer.allocUnsafe(blockSize);
    }
    this.#block.set(chunk, this.#used);
    this.#used += chunk.length;
  }

  /** The bytes, in order. */
  chunks(): readonly Uint8Array[] {
    this.#flush();
    return this.#chunks;
  }

  #flush(): void {
    if (this.#used === 0) return;
    this.#chunks.push(this.#block.subarray(0, this.#used));
    this.#block = this.#block.subarray(this.#used);
    this.#used = 0;
  }
}
