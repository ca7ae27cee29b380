import { ScpError } from "./errors.ts";

/** What a protocol yields when it cannot go on without more input. */
export const MORE = Symbol("more input");
export type More = typeof MORE;

/** Where in the protocol something was expected, for error messages. */
export type Position =
  "before the file header" | "after the file header" | "during the data" | "after the data";

/**
 * The longest control line that is read, in bytes: a name or a path in an error message has at most
 * PATH_MAX (4096), and what stands around it fits into the rest.
 */
export const MAX_LINE = 4096 + 1024;

const NUL = 0;
const NEWLINE = 0x0a;

/** The bytes received and not yet read; readers ask for more by yielding. */
export class Input {
  #chunk: Uint8Array = new Uint8Array();
  #offset = 0;
  #ended = false;
  #silent = true;

  /** Whether bytes are at hand. */
  get available(): boolean {
    return this.#offset < this.#chunk.length;
  }

  feed(chunk: Uint8Array): void {
    if (this.available) throw new Error("the effects of the previous chunk are not all taken");
    this.#chunk = chunk;
    this.#offset = 0;
    this.#silent = false;
  }

  end(): void {
    this.#ended = true;
  }

  /** At least one byte, at most `max`, as a view of the chunk they came in. */
  *take(max: number, position: Position): Generator<More, Uint8Array, void> {
    yield* this.#wait(position);
    const bytes = this.#chunk.subarray(this.#offset, this.#offset + max);
    this.#offset += bytes.length;
    return bytes;
  }

  /**
   * At least one byte, to the newline or NUL that ends the line, which is included: so an
   * acknowledgement is a line of its own, and a text printed without a newline before it ends there.
   * A line that is too long, or that the end of input cuts, has neither.
   */
  *line(position: Position): Generator<More, Uint8Array, void> {
    yield* this.#wait(position);
    const line: number[] = [];
    while (line.length < MAX_LINE) {
      while (!this.available && !this.#ended) yield MORE;
      const byte = this.#chunk[this.#offset];
      if (byte === undefined) break;
      this.#offset++;
      line.push(byte);
      if (byte === NEWLINE || byte === NUL) break;
    }
    return Uint8Array.from(line);
  }

  *#wait(position: Position): Generator<More, void, void> {
    while (!this.available) {
      if (this.#ended) {
        throw this.#silent
          ? new ScpError("no-reply", "the remote scp ended without a word")
          : new ScpError("protocol", `it ended ${position}`);
      }
      yield MORE;
    }
  }
}
