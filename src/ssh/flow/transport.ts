import { Duplex } from "node:stream";
import type { Readable, Writable } from "node:stream";

/** The byte stream that an SSH connection runs over (RFC 4253 §4): a socket, or what stands for one. */
export interface Transport extends Duplex {
  /** Bytes that were read so far. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** The two ends that a {@link PairTransport} is made of. */
export interface Pair {
  /** What arrives. */
  readonly source: Readable;
  /** What is sent. */
  readonly sink: Writable;
  /** Awaited when one of the two has ended, before the transport's own end. */
  readonly ended?: () => Promise<unknown>;
  /** Gives up both ends; called once. */
  readonly close: () => void;
}

/**
 * A transport over two streams. It settles by itself: whatever becomes of the two, destroying it
 * ends every write that waits. What isn't read is not taken from the source either.
 */
export class PairTransport extends Duplex implements Transport {
  bytesRead = 0;
  bytesWritten = 0;
  readonly #pair: Pair;

  constructor(pair: Pair) {
    super({ allowHalfOpen: false });
    this.#pair = pair;
    const { source, sink } = pair;
    source.on("data", (chunk: Buffer) => {
      this.bytesRead += chunk.length;
      if (!this.push(chunk)) source.pause();
    });
    source.once("end", () => this.#afterEnd(() => this.push(null)));
    for (const end of [source, sink]) {
      end.on("error", (error) => this.#afterEnd(() => this.destroy(error)));
    }
    // For ever: without a listener, an `error` event would end the process.
    this.on("error", () => {});
  }

  #afterEnd(tell: () => void): void {
    const { ended } = this.#pair;
    if (ended) void ended().then(() => this.destroyed || tell());
    else tell();
  }

  override _read(): void {
    this.#pair.source.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, taken: (error?: Error) => void): void {
    const { sink } = this.#pair;
    if (!sink.writable) {
      return this.#afterEnd(() => taken(new Error("the connection was closed")));
    }
    this.bytesWritten += chunk.length;
    const onward = () => {
      sink.off("drain", onward).off("close", onward);
      taken();
    };
    // Not the write's own callback, which may never come where the sink closes.
    if (sink.write(chunk)) onward();
    else sink.once("drain", onward).once("close", onward);
  }

  override _final(done: () => void): void {
    const { sink } = this.#pair;
    const ended = () => {
      sink.off("finish", ended).off("close", ended);
      done();
    };
    // Not the callback of end(), for the same reason.
    if (!sink.writable) return done();
    sink.once("finish", ended).once("close", ended);
    sink.end();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#pair.close();
    done(error);
  }
}
