import type { SessionChannel, StreamName } from "../channels/channel.ts";
import type { OutputSink } from "./output-sink.ts";
import { incompleteTail } from "../../protocol/utf8.ts";

/** The most that is sent in one piece, in bytes. */
const pieceSize = 64 * 1024;

/**
 * Sends a command's output on as it comes, as far as the receiver has granted. What has come beyond
 * that is held, and counts against the channel's window (RFC 4254 §5.2): once that is used up the
 * server stops sending.
 */
export class OutputStream implements OutputSink {
  /** Bytes sent so far. */
  readonly sent: Record<StreamName, number> = { stdout: 0, stderr: 0 };
  readonly #send: (stream: StreamName, bytes: Uint8Array) => Promise<void>;
  readonly #wholeCharacters: boolean;
  readonly #queue: { stream: StreamName; chunk: Uint8Array }[] = [];
  #granted: number;
  #ended = false;
  #wake: () => void = () => {};
  #sending: Promise<void> = Promise.resolve();

  /**
   * @param options.window bytes granted at first
   * @param options.wholeCharacters keep the bytes of a UTF-8 character together
   * @param options.send resolves when the piece is on its way
   */
  constructor(options: {
    window: number;
    wholeCharacters: boolean;
    send: (stream: StreamName, bytes: Uint8Array) => Promise<void>;
  }) {
    this.#granted = options.window;
    this.#wholeCharacters = options.wholeCharacters;
    this.#send = options.send;
  }

  takeFrom(channel: SessionChannel): Promise<never> {
    channel.onOutput((stream, chunk) => {
      this.#queue.push({ stream, chunk });
      this.#wake();
    });
    this.#sending = this.#sendAll(channel);
    const failed = new Promise<never>((_, reject) => {
      this.#sending.catch(reject);
    });
    failed.catch(() => {});
    return failed;
  }

  /** The receiver takes so many bytes more. */
  grant(bytes: number): void {
    this.#granted += bytes;
    this.#wake();
  }

  drained(): Promise<void> {
    this.#ended = true;
    this.#wake();
    return this.#sending;
  }

  async #sendAll(channel: SessionChannel): Promise<void> {
    for (;;) {
      const piece = this.#next();
      if (piece) {
        await this.#send(piece.stream, piece.bytes);
        this.sent[piece.stream] += piece.bytes.length;
        channel.consumed(piece.bytes.length, this.#granted);
      } else if (this.#ended && this.#queue.length === 0) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  /** Joins what has come of one stream, as far as is granted. */
  #next(): { stream: StreamName; bytes: Uint8Array } | undefined {
    const [first] = this.#queue;
    const most = Math.min(pieceSize, this.#granted);
    if (!first || most <= 0) return undefined;
    let size = 0;
    let count = 0;
    while (size < most && this.#queue[count]?.stream === first.stream) {
      size += (this.#queue[count] as { chunk: Uint8Array }).chunk.length;
      count += 1;
    }
    const joined = Buffer.concat(this.#queue.slice(0, count).map(({ chunk }) => chunk));
    let take = Math.min(most, joined.length);
    if (this.#wholeCharacters) {
      const tail = incompleteTail(joined.subarray(0, take));
      // Nothing but the beginning of a character: the rest of it is still to come, or never will.
      if (tail < take) take -= tail;
      else if (!this.#ended && joined.length === take && count === this.#queue.length)
        return undefined;
    }
    const rest = joined.subarray(take);
    this.#queue.splice(
      0,
      count,
      ...(rest.length > 0 ? [{ stream: first.stream, chunk: rest }] : []),
    );
    this.#granted -= take;
    return { stream: first.stream, bytes: joined.subarray(0, take) };
  }
}
