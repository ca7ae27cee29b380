import type { StreamName } from "../flow/output-queue.ts";
import type { OutputSink } from "./output-sink.ts";
import { OutputQueue } from "../flow/output-queue.ts";
import { incompleteTail } from "../../protocol/utf8.ts";

/** Where output comes from: a program's channel, or what stands for one. */
export interface OutputSource {
  readonly discardsOutput: boolean;
  onOutput(take: (stream: StreamName, chunk: Uint8Array) => void): void;
  consumed(bytes: number, demand?: number): void;
  discardOutput(): void;
}

/** The most that is sent in one piece, in bytes. */
const pieceSize = 64 * 1024;

/**
 * Sends a command's output on as it comes, as far as the receiver has granted. What has come beyond
 * that is held, and counts against the channel's window (RFC 4254 §5.2): once that is used up the
 * server stops sending.
 */
export class OutputStream implements OutputSink {
  /** Bytes handed over for sending so far. */
  readonly sent: Record<StreamName, number> = { stdout: 0, stderr: 0 };
  readonly #send: (stream: StreamName, bytes: Uint8Array) => Promise<void>;
  readonly #wholeCharacters: boolean;
  readonly #queue = new OutputQueue();
  #granted: number;
  #ended = false;
  #released = false;
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

  takeFrom(channel: OutputSource): Promise<never> {
    channel.onOutput((stream, chunk) => {
      this.#queue.push(stream, chunk);
      this.#wake();
    });
    this.#sending = this.#sendAll(channel);
    const failed = new Promise<never>((_, reject) => {
      this.#sending.catch(reject);
    });
    failed.catch(() => {});
    return failed;
  }

  isHeldUp(): boolean {
    return this.#queue.length > 0;
  }

  /** The receiver takes so many bytes more. */
  grant(bytes: number): void {
    this.#granted += bytes;
    this.#wake();
  }

  release(): void {
    this.#released = true;
    this.#wake();
  }

  drained(): Promise<void> {
    this.#ended = true;
    this.#wake();
    return this.#sending;
  }

  async #sendAll(channel: OutputSource): Promise<void> {
    while (!channel.discardsOutput) {
      const piece = this.#next();
      if (piece) {
        this.sent[piece.stream] += piece.bytes.length;
        await this.#send(piece.stream, piece.bytes);
        channel.consumed(piece.bytes.length, this.#granted);
      } else if (this.#released && this.#granted <= 0) channel.discardOutput();
      else if (this.#ended && this.#queue.length === 0) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  /** Takes what has come of one stream, as far as is granted. */
  #next(): { stream: StreamName; bytes: Uint8Array } | undefined {
    const most = Math.min(pieceSize, this.#granted);
    const piece = most > 0 ? this.#queue.peek(most) : undefined;
    if (!piece) return undefined;
    let size = piece.bytes.length;
    if (this.#wholeCharacters) {
      const tail = incompleteTail(piece.bytes);
      // Only the beginning of a character: it waits for the rest, unless that can't come any more.
      if (tail < size) size -= tail;
      else if (!this.#ended && size === this.#queue.length) return undefined;
    }
    this.#queue.drop(size);
    this.#granted -= size;
    return { stream: piece.stream, bytes: piece.bytes.subarray(0, size) };
  }
}
