import { ByteQueue } from "../../flow/byte-queue.ts";

/** Bytes on their way from who produces them to who takes them, in order. */
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

  /** The next ones, where they are there. */
  shift(): Uint8Array | undefined {
    return this.#bytes.shift();
  }

  /** The next ones, when they are there; undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#bytes.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#bytes.shift();
  }
}
