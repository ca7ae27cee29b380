import type { Writable } from "node:stream";

/** Has what is written in one turn of the event loop go together. */
export class BatchedWriter {
  readonly #stream: Writable;
  #isCorked = false;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  write(data: string | Buffer): void {
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#stream.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        this.#stream.uncork();
      });
    }
    this.#stream.write(data);
  }
}
