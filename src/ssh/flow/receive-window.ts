const mebibyte = 1024 * 1024;

/** What a channel is opened with, in bytes; OpenSSH's clients take as much. */
export const firstWindow = 2 * mebibyte;
/** Enough for 300 MB/s over 100 ms. */
const largestWindow = 32 * mebibyte;
/** Bytes by which all windows of the daemon together may grow: in the worst case all are in memory. */
const reserve = 128 * mebibyte;
let reserved = 0;

/** The round trip time of a connection, as its answers show it. */
export class RoundTrip {
  /** The shortest so far, in milliseconds: a server's own work only makes an answer later. */
  shortest = Infinity;

  note(ms: number): void {
    this.shortest = Math.min(this.shortest, ms);
  }
}

/**
 * How much a server may send on one channel before it must wait (RFC 4254 §5.2). The window is adjusted
 * when data has been consumed, not when it arrives: so at most a window's worth is ever in memory.
 *
 * In one round trip no more than the window can come, whatever the link could carry. What comes does
 * so as fast as the link carries it, and then nothing until the next. So the window is doubled until
 * it has what would come in two round trips at the pace of the last one: a fast consumer on a long
 * link gets a large one at once, a slow consumer or a short link the first.
 */
export class ReceiveWindow {
  readonly #adjust: (bytes: number) => void;
  readonly #roundTrip: RoundTrip;
  readonly #now: () => number;
  #size = firstWindow;
  /** Bytes that the server may still send, and that have come and weren't consumed. */
  #outstanding = firstWindow;
  #consumed = 0;
  #since: number | undefined;
  #closed = false;

  /**
   * @param adjust lets the server send so many bytes more
   * @param now milliseconds on a clock that never goes back
   */
  constructor(
    adjust: (bytes: number) => void,
    roundTrip: RoundTrip,
    now: () => number = () => performance.now(),
  ) {
    this.#adjust = adjust;
    this.#roundTrip = roundTrip;
    this.#now = now;
  }

  /** In bytes. */
  get size(): number {
    return this.#size;
  }

  /**
   * So many of the bytes that came are no longer held here.
   *
   * @param demand bytes that the consumer will still take, if it knows; beyond the first window no
   *   more are asked for
   */
  consumed(bytes: number, demand = Infinity): void {
    if (this.#closed) return;
    this.#outstanding -= bytes;
    this.#measure(bytes);
    const most = Math.min(this.#size, Math.max(firstWindow, demand));
    const room = most - this.#outstanding;
    if (room < most / 4) return;
    this.#outstanding += room;
    this.#adjust(room);
  }

  /** Nothing more will come. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    reserved -= this.#size - firstWindow;
  }

  #measure(bytes: number): void {
    this.#since ??= this.#now();
    this.#consumed += bytes;
    if (this.#consumed < this.#size) return;
    const now = this.#now();
    // A whole window came in as many round trips; in none where it isn't known yet how long one takes.
    const trips = (now - this.#since) / this.#roundTrip.shortest;
    const wanted = this.#size * (trips > 0 ? 2 / trips : 2);
    while (this.#size < wanted && this.#hasReserve) {
      reserved += this.#size;
      this.#size *= 2;
    }
    this.#consumed = 0;
    this.#since = now;
  }

  get #hasReserve(): boolean {
    return this.#size * 2 <= largestWindow && reserved + this.#size <= reserve;
  }
}
