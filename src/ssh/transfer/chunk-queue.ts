/** More than this waits only while the reader is busy with its disk; then the server is held back. */
const highWater = 4 * 1024 * 1024;

/** Chunks on their way from who produces them to who takes them, one at a time and in order. */
export class ChunkQueue implements AsyncIterable<Uint8Array> {
  readonly #hold: () => void;
  readonly #release: () => void;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #held = false;
  #ended = false;
  #wake: () => void = () => {};

  /** @param hold stops the producer, @param release lets it go on */
  constructor(hold: () => void, release: () => void) {
    this.#hold = hold;
    this.#release = release;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size > highWater && !this.#held) {
      this.#held = true;
      this.#hold();
    }
    this.#wake();
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      const chunks = this.#chunks;
      if (chunks.length > 0) {
        this.#chunks = [];
        for (const chunk of chunks) {
          this.#size -= chunk.length;
          yield chunk;
        }
        if (this.#held && this.#size <= highWater / 2) {
          this.#held = false;
          this.#release();
        }
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
