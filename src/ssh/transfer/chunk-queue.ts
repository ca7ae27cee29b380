/** Chunks on their way from who produces them to who takes them, in order. */
export class ChunkQueue {
  #chunks: Uint8Array[] = [];
  #ended = false;
  #wake: () => void = () => {};

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#wake();
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** The next one, where it is there. */
  shift(): Uint8Array | undefined {
    return this.#chunks.shift();
  }

  /** The next one, when it is there; undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#chunks.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#chunks.shift();
  }
}
