import { ByteQueue } from "./byte-queue.ts";

/** The two outputs of a program (RFC 4254 §5.2). */
export type StreamName = "stdout" | "stderr";

/** Bytes that are taken at once. */
const pieceSize = 64 * 1024;
/** Finished runs are removed from the list when there are as many, and they are at least half of it. */
const forgetAfter = 1024;

/**
 * The output of both streams in the order in which it came. A server may send each byte in a packet of
 * its own: that takes a byte here, and a number more where the streams alternate.
 */
export class OutputQueue {
  readonly #bytes = new ByteQueue();
  /** Lengths in bytes of alternate runs: stdout, stderr, stdout, and so on. */
  readonly #runs: number[] = [0];
  /** Index of the first run that isn't finished. */
  #at = 0;

  /** Bytes of both. */
  get length(): number {
    return this.#bytes.length;
  }

  push(stream: StreamName, chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#bytes.push(chunk);
    if (streamOf(this.#runs.length - 1) !== stream) this.#runs.push(0);
    this.#runs[this.#runs.length - 1] = (this.#runs.at(-1) as number) + chunk.length;
  }

  /** The next bytes of one stream, at most `most`, which stay; undefined where there are none. */
  peek(most: number): { stream: StreamName; bytes: Uint8Array } | undefined {
    if (this.length === 0) return undefined;
    while (this.#runs[this.#at] === 0) this.#at += 1;
    const bytes = this.#bytes.peek(Math.min(most, this.#runs[this.#at] as number));
    return { stream: streamOf(this.#at), bytes };
  }

  /** Takes the next bytes of one stream; undefined where there are none. */
  shift(): { stream: StreamName; bytes: Uint8Array } | undefined {
    const next = this.peek(pieceSize);
    if (next) this.drop(next.bytes.length);
    return next;
  }

  /** Drops `size` of the bytes that {@link peek} gives. */
  drop(size: number): void {
    this.#bytes.drop(size);
    this.#runs[this.#at] = (this.#runs[this.#at] as number) - size;
    if (this.#at < Math.max(forgetAfter, this.#runs.length / 2)) return;
    // An even number, as even places are stdout's and odd ones stderr's.
    const over = this.#at - (this.#at % 2);
    this.#runs.splice(0, over);
    this.#at -= over;
  }
}

const streamOf = (run: number): StreamName => (run % 2 === 0 ? "stdout" : "stderr");
