/** Milliseconds that a measurement is good for; a way may become longer meanwhile. BBR takes as many. */
const lifetime = 10_000;
/** An answer that took up to so many times the shortest has had as short a way. */
const alike = 1.25;

/**
 * The round trip time of a connection, as its answers show it: what waits before an answer, and the
 * server's own work, only make it later. So the shortest is the best that is known.
 */
export class RoundTrip {
  readonly #now: () => number;
  #shortest = Infinity;
  #measuredAt = 0;
  #carried = 0;

  /** @param now milliseconds on a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** In milliseconds; Infinity before the first. */
  get shortest(): number {
    return this.#shortest;
  }

  /** Whether the last answer that was so quick came long ago. */
  get isOld(): boolean {
    return this.#now() - this.#measuredAt > lifetime;
  }

  /** Bytes of data that have come by now. */
  get carried(): number {
    return this.#carried;
  }

  /** So many have come, of any channel: an answer waits behind them. */
  carry(bytes: number): void {
    this.#carried += bytes;
  }

  /** An answer took so long. */
  note(ms: number): void {
    if (ms <= this.#shortest * alike) this.#set(Math.min(ms, this.#shortest));
  }

  /**
   * An answer took so long before which nothing waited: if it took longer than before, the way has
   * become longer. By no more than four times at once, as the server may just have had nothing to send.
   */
  renew(ms: number): void {
    this.#set(Math.min(ms, 4 * this.#shortest));
  }

  /** It couldn't be measured, and is tried again when that has become old. */
  postpone(): void {
    this.#measuredAt = this.#now();
  }

  #set(ms: number): void {
    this.#shortest = ms;
    this.#measuredAt = this.#now();
  }
}
