import { Failure } from "../../protocol/errors.ts";
import { ByteQueue } from "../flow/byte-queue.ts";
import type { SessionChannel } from "../connection/channels/channel.ts";
import type { Room } from "../flow/room.ts";
import type { OutputSink } from "./output-sink.ts";

/** Holds a command's output, up to a limit. */
export class OutputCollector implements OutputSink {
  readonly room: Room;
  readonly #stdout = new ByteQueue();
  readonly #stderr: ByteQueue;
  readonly #maxOutput: number;
  readonly #hold: (bytes: number) => void;

  /**
   * @param maxOutput bytes of both streams together
   * @param interleaved keep everything in the order of arrival, and not the streams apart
   * @param room while there is none, the server is kept from sending more
   * @param hold is given the number of bytes that are kept; throws a failure if that is too much
   */
  constructor(
    maxOutput: number,
    interleaved: boolean,
    room: Room,
    hold: (bytes: number) => void = () => {},
  ) {
    this.#maxOutput = maxOutput;
    this.#hold = hold;
    this.room = room;
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
    let taken = 0;
    const consume = (): void => {
      const room = this.room();
      if (room) return void room.then(consume);
      channel.consumed(taken, left);
      taken = 0;
    };
    const overflow = new Promise<never>((_, reject) => {
      channel.onOutput((stream, chunk) => {
        try {
          this.#hold(Math.min(chunk.length, left));
        } catch (error) {
          left = 0;
          return reject(error);
        }
        const collector = stream === "stdout" ? this.#stdout : this.#stderr;
        collector.push(chunk.length <= left ? chunk : chunk.subarray(0, left));
        taken += chunk.length;
        // If more is held than this chunk, somebody waits already.
        if (taken === chunk.length) consume();
        if (chunk.length > left) {
          const limit = this.#maxOutput;
          const message = `the output is larger than ${limit} bytes: allow more (maxOutput), or take it as it comes (stream)`;
          reject(new Failure("OutputTooLarge", message, { maxOutput: limit }));
        }
        left = Math.max(0, left - chunk.length);
      });
    });
    overflow.catch(() => {});
    return overflow;
  }

  isHeldUp(): boolean {
    return this.room() !== undefined;
  }

  release(): void {}

  async drained(): Promise<void> {}
}
