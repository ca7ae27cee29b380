import { OutputTooLarge } from "../errors/errors.ts";
import type { OutputStream } from "./output-stream.ts";

/** Bytes of output that are granted ahead of what has been taken: PROTOCOL.md's window. */
export const defaultWindow = 1024 * 1024;

/** The most that is held of a stream that nobody reads, so that it doesn't hold up the other. */
const maxUnread = 64 * 1024 * 1024;

/**
 * Flow control by credit (RFC 4254 §5.2) over both of a program's outputs.
 *
 * What waits in a stream takes room in the window. It takes none, up to a bound, where its own reader
 * has never begun and somebody waits for the program's end or for the other stream, and none in
 * either while a reader has nothing: this is how one stream never holds up the other.
 */
export class Credit {
  readonly #window: number;
  readonly #streams: readonly OutputStream[];
  readonly #grant: (bytes: number) => void;
  readonly #fail: (error: Error) => void;
  #outstanding: number;

  constructor(
    window: number,
    streams: readonly OutputStream[],
    grant: (bytes: number) => void,
    fail: (error: Error) => void,
  ) {
    this.#window = window;
    this.#streams = streams;
    this.#grant = grant;
    this.#fail = fail;
    this.#outstanding = window;
  }

  /**
   * So many bytes have come.
   *
   * @param isWaited somebody waits for the program's end
   */
  arrived(bytes: number, isWaited: boolean): void {
    this.#outstanding -= bytes;
    if (isWaited || this.#streams.some(({ isStarved, destroyed }) => isStarved || destroyed)) {
      this.update();
    }
  }

  /** Grants as much as there is room for. */
  update(): void {
    const isStarved = this.#streams.some((each) => each.isStarved);
    let room = this.#window;
    for (const { held, isClaimed } of this.#streams) if (isClaimed && !isStarved) room -= held;
    const more = room - this.#outstanding;
    if (more <= 0 || more * 2 < this.#window) return;
    const unread = this.#streams.reduce((sum, { held }) => sum + held, 0);
    if (unread + room > maxUnread + this.#window) {
      const isLeft = this.#streams.some(({ held, isClaimed }) => held > 0 && !isClaimed);
      if (isLeft) this.#fail(tooMuch(unread));
      return;
    }
    this.#outstanding += more;
    this.#grant(more);
  }
}

function tooMuch(bytes: number): OutputTooLarge {
  const message = `${bytes} bytes of output that nobody reads are held: read both stdout and stderr, or call resume() on the one that isn't wanted`;
  return new OutputTooLarge(message, { data: { maxOutput: maxUnread, dispatched: "yes" } });
}
