import { Buffer } from "node:buffer";
import type { Writable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Backlog } from "./backlog.ts";
import { binaryMediaType } from "./content-type.ts";
import type { RemoteBytes } from "../../protocol/bytes.ts";
import type { Framing } from "./frame.ts";
import { contentOf, pieceLengths, pieces } from "./json-pieces.ts";
import type { Content, Part } from "./json-pieces.ts";

/**
 * While more bytes than this wait to be written, no request is read, and calls wait that would produce
 * more output: a client that doesn't read its replies can't fill the daemon's memory. A client that
 * does read is held up only by single replies of this size.
 */
export const maxWaitingBytes = 64 * 1024 * 1024;

/** Bytes handed to the stream in one call: a small message is one, header and all. */
const batchBytes = 256 * 1024;

/** Bytes encoded or counted before other requests get their turn: less than a millisecond. */
const turnBytes = 256 * 1024;

/** Counts the bytes of one client that are in memory. */
export interface Counter {
  add(bytes: number): void;
  give(bytes: number): void;
}

/** A message on its way, and whom to tell what came of it. */
interface Outgoing {
  readonly content: Content;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Frames messages and writes them to the client, one after the other, in the order they were sent. */
export class Output {
  readonly #stream: Writable;
  readonly #framing: () => Framing;
  /** Why nothing can be written any more. */
  #closed: Error | undefined;
  readonly #waiting: Backlog;
  readonly #counter: Counter | undefined;
  readonly #queue: Outgoing[] = [];
  #writing: Promise<void> | undefined;
  /** The next bytes for the stream, and below the messages that end in them. */
  #batch: Buffer[] = [];
  #batchSize = 0;
  #ending: Outgoing[] = [];
  #sinceTurn = 0;

  /**
   * @param options.framing that of the client, which is answered in kind
   * @param options.onPressure told when more than {@link maxWaitingBytes} wait, and when no longer
   * @param options.counter told of all that waits to be written
   * @param options.onClose told once, when the client can't be written to any more
   */
  constructor(options: {
    stream: Writable;
    framing: () => Framing;
    onPressure: (high: boolean) => void;
    counter?: Counter | undefined;
    onClose: () => void;
  }) {
    this.#stream = options.stream;
    this.#framing = options.framing;
    this.#counter = options.counter;
    this.#waiting = new Backlog(maxWaitingBytes, options.onPressure);
    const close = (error: Error): void => {
      if (this.#closed) return;
      this.#closed = error;
      options.onClose();
    };
    this.#stream.on("error", close);
    this.#stream.once("close", () => close(new Error("the output is closed")));
  }

  /**
   * Resolves when the operating system has the whole message, rejects where it can't take it.
   *
   * @throws {TypeError} where the message can't be JSON
   */
  send(message: object): Promise<void> {
    const content = contentOf(message);
    const size = lengthOf(content.json) + lengthOf(content.binary);
    this.#waiting.add(size);
    this.#counter?.add(size);
    const sent = new Promise<void>((resolve, reject) => {
      this.#queue.push({ content, resolve, reject });
    });
    this.#writing ??= this.#writeAll();
    return sent.finally(() => {
      this.#waiting.remove(size);
      this.#counter?.give(size);
    });
  }

  /** Resolves when at most {@link maxWaitingBytes} wait; `undefined` if that is so now. */
  room(): Promise<void> | undefined {
    return this.#waiting.room();
  }

  /** Resolves when all that was sent has been written, or can't be. */
  async flushed(): Promise<void> {
    await this.#writing;
  }

  /** Messages that were sent before the event loop goes on leave together. */
  async #writeAll(): Promise<void> {
    await new Promise<void>((resolve) => process.nextTick(resolve));
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      try {
        await this.#write(next.content);
        this.#ending.push(next);
        if (this.#queue.length === 0) await this.#hand();
      } catch (error) {
        next.reject(error);
      }
    }
    this.#writing = undefined;
  }

  async #write({ json, binary }: Content): Promise<void> {
    const isLine = this.#framing() === "line";
    if (!isLine) this.#add(header(await this.#length(json), binary));
    for (const part of [...json, ...binary]) {
      for (const piece of pieces(part)) {
        this.#add(piece);
        if (this.#isTurnOver(piece.length)) await nextTurn();
        if (this.#batchSize >= batchBytes) await this.#hand();
      }
    }
    if (isLine) this.#add(newline);
  }

  #add(piece: Buffer): void {
    this.#batch.push(piece);
    this.#batchSize += piece.length;
  }

  async #length(parts: readonly Part[]): Promise<number> {
    let sum = 0;
    for (const part of parts) {
      for (const length of pieceLengths(part)) {
        sum += length;
        if (this.#isTurnOver(length)) await nextTurn();
      }
    }
    return sum;
  }

  /** Counted, since to await after each small message would take longer than to write it. */
  #isTurnOver(bytes: number): boolean {
    this.#sinceTurn += bytes;
    if (this.#sinceTurn < turnBytes) return false;
    this.#sinceTurn = 0;
    return true;
  }

  /** Writes the batch, and waits until the stream has taken it: only one is in memory. */
  async #hand(): Promise<void> {
    const [batch, ending] = [this.#batch, this.#ending];
    [this.#batch, this.#ending, this.#batchSize] = [[], [], 0];
    try {
      await this.#give(batch.length === 1 ? (batch[0] as Buffer) : Buffer.concat(batch));
      for (const { resolve } of ending) resolve();
    } catch (error) {
      for (const { reject } of ending) reject(error);
      throw error;
    }
  }

  #give(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(this.#closed);
      this.#stream.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }
}

const newline = Buffer.from("\n");

const lengthOf = (parts: readonly Part[]): number =>
  parts.reduce((sum, { length }) => sum + length, 0);

function header(jsonLength: number, binary: readonly RemoteBytes[]): Buffer {
  const contentLength = `Content-Length: ${jsonLength + lengthOf(binary)}\r\n`;
  const contentType = `Content-Type: ${binaryMediaType}; json=${jsonLength}\r\n`;
  return Buffer.from(`${contentLength}${binary.length > 0 ? contentType : ""}\r\n`);
}
