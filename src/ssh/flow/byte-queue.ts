/** Pieces below this are copied together: a packet of one byte would otherwise hold on to its whole buffer. */
const small = 8 * 1024;
/** Bytes of the first block that they are copied into; each is twice as large as the one before. */
const firstBlock = 4 * 1024;
const largestBlock = 64 * 1024;

const none = Buffer.alloc(0);

/** A queue of bytes that come in pieces of any size; its memory is about as large as their number. */
export class ByteQueue {
  /** Bytes that are there. */
  length = 0;
  readonly #chunks: Uint8Array[] = [];
  #block = none;
  #blockSize = firstBlock;
  #used = 0;

  push(chunk: Uint8Array): void {
    this.length += chunk.length;
    if (chunk.length >= small) {
      this.#flush();
      this.#chunks.push(chunk);
      return;
    }
    if (this.#used + chunk.length > this.#block.length) {
      this.#flush();
      this.#block = Buffer.allocUnsafe(Math.max(this.#blockSize, chunk.length));
      this.#blockSize = Math.min(this.#blockSize * 2, largestBlock);
    }
    this.#block.set(chunk, this.#used);
    this.#used += chunk.length;
  }

  /** All the bytes, which stay. */
  chunks(): readonly Uint8Array[] {
    this.#flush();
    return this.#chunks;
  }

  /** Takes the first bytes, as many as lie together; undefined where there are none. */
  shift(): Uint8Array | undefined {
    if (this.#chunks.length === 0) this.#flush();
    const chunk = this.#chunks.shift();
    if (chunk) this.length -= chunk.length;
    return chunk;
  }

  /** The first `size` bytes, which stay; fewer where there aren't as many. */
  peek(size: number): Uint8Array {
    const pieces: Uint8Array[] = [];
    let missing = Math.min(size, this.length);
    for (let index = 0; missing > 0; index++) {
      if (index === this.#chunks.length) this.#flush();
      const piece = (this.#chunks[index] as Uint8Array).subarray(0, missing);
      missing -= piece.length;
      pieces.push(piece);
    }
    return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
  }

  /** Drops the first `size` bytes. */
  drop(size: number): void {
    let left = size;
    while (left > 0) {
      const chunk = this.shift();
      if (!chunk) return;
      if (chunk.length > left) {
        const rest = chunk.subarray(left);
        this.#chunks.unshift(rest);
        this.length += rest.length;
      }
      left -= chunk.length;
    }
  }

  #flush(): void {
    if (this.#used === 0) return;
    this.#chunks.push(this.#block.subarray(0, this.#used));
    this.#block = this.#block.subarray(this.#used);
    this.#used = 0;
  }
}
