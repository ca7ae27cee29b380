import { Failure } from "../../protocol/errors.ts";
import { ByteQueue } from "../byte-queue.ts";
import type { SessionChannel } from "../channels/channel.ts";
import type { OutputSink } from "./output-sink.ts";

/** Holds a command's output, up to a limit. */
export class OutputCollector implements OutputSink {
  readonly #stdout = new ByteQueue();
  readonly #stderr: ByteQueue;
  readonly #maxOutput: number;

  /**
   * @param maxOutput bytes of both streams together
   * @param interleaved keep everything in the order of arrival, and not the streams apart
   */
  constructor(maxOutput: number, interleaved: boolean) {
    this.#maxOutput = maxOutput;
    this.#stderr = interleaved ? this.#stdout : new ByteQueue();
  }

  /** Everything, in the order of arrival, where that was asked for. */
  get stdout(): readonly Uint8Array[] {
    return this.#stdout.chunks();
  }

  get stderr(): readonly Uint8Array[] {
    return this.#stderr === this.#stdout ? [] : this.#stderr.chunks();
  }

  takeFrom(channel: SessionChannel): Promise<never> {
    let left = this.#maxOutput;
    const overflow = new Promise<never>((_, reject) => {
      channel.onOutput((stream, chunk) => {
        const collector = stream === "stdout" ? this.#stdout : this.#stderr;
        collector.push(chunk.length <= left ? chunk : chunk.subarray(0, left));
        channel.consumed(chunk.length, left);
        if (chunk.length > left) {
          const limit = this.#maxOutput;
          const message = `the output is larger than ${limit} bytes`;
          reject(new Failure("OutputTooLarge", message, { maxOutput: limit }));
        }
        left = Math.max(0, left - chunk.length);
      });
    });
    overflow.catch(() => {});
    return overflow;
  }

  release(): void {}

  async drained(): Promise<void> {}
}
