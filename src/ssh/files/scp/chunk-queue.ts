import { ByteQueue } from "../../flow/byte-queue.ts";

/** A queue of chunks of bytes between a producer and a consumer. */
export class ChunkQueue {
  readonly #bytes = new ByteQueue();
  #ended = false;
  #wake: () => void = () => {};

  push(chunk: Uint8Array): void {
    this.#bytes.push(chunk);
    this.#wake();
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** The next chunk, if there is one. */
  shift(): Uint8Array | undefined {
    return this.#bytes.shift();
  }

  /** Waits for the next chunk; undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#bytes.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = () => {
          // Node is called each further time that a promise is resolved: with each packet, that is.
          this.#wake = () => {};
          resolve();
        };
      });
    }
    return this.#bytes.shift();
  }
}
