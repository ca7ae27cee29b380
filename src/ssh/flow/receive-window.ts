import type { Recent } from "./recent.ts";
import type { RoundTrip } from "./round-trip.ts";
import { turnSize } from "./turns.ts";

const mebibyte = 1024 * 1024;

/** What a channel is opened with, in bytes; OpenSSH's clients take as much. */
export const firstWindow = 2 * mebibyte;
/** Enough for 300 MB/s over 100 ms. */
const largestWindow = 32 * mebibyte;
/** Bytes by which all windows of the daemon together may grow: in the worst case all are in memory. */
const reserve = 128 * mebibyte;
let reserved = 0;

/** With more of other channels meanwhile, a grant's time isn't believed: it has waited behind that. */
const fewOfOthers = 2 * turnSize;
/** What a slow window leaves of what is used, at the least: it may have been slow by chance. */
const kept = 1 / 2;
/** Milliseconds without data after which what comes is a transfer of its own. */
const pause = 1000;
/** So few bytes are as good as none, for what waits on the way and for what a pace is taken from. */
const few = 64 * 1024;

/** What windows of one connection have in common. */
interface Connection {
  readonly roundTrip: RoundTrip;
  /** When channels sent something to the server. */
  readonly asked: Recent;
}

/**
 * How much a server may send on one channel before it must wait (RFC 4254 §5.2). The window is adjusted
 * when data has been consumed, not when it arrives: so at most a window's worth is ever in memory.
 *
 * In one round trip no more than the window can come, whatever the link could carry. What comes does
 * so as fast as the link carries it, and then nothing until the next. So the window is doubled until
 * it has what would come in two round trips at the pace of the last one: a fast consumer on a long
 * link gets a large one at once, a slow consumer or a short link the first.
 *
 * What a window has beyond what the link carries waits somewhere on the way, and whatever else comes
 * over the connection waits behind it, a key's echo in a shell, too. So while other channels have
 * something to be answered, no more of it is used than comes in two round trips at the pace of late,
 * as BBR does; where nobody waits, the rest makes up for what holds a link or a machine up at times.
 * Then every answer is late, and it can't be seen whether the way has become longer: when that was
 * measured long ago, the window is let run empty once, and the time taken from the next grant to what
 * comes by it. If much of other channels comes meanwhile, it isn't believed: it has waited behind that,
 * and each window would become larger by what the others have under way, again and again.
 */
export class ReceiveWindow {
  readonly #adjust: (bytes: number) => void;
  readonly #connection: Connection;
  readonly #channel: object;
  readonly #now: () => number;
  #size = firstWindow;
  /** What is used of it; less than the size only while others wait for answers. */
  #used = firstWindow;
  /** Bytes that the server may still send, and that have come and weren't consumed. */
  #outstanding = firstWindow;
  #consumed = 0;
  #since = -Infinity;
  #lastAt = -Infinity;
  #isMeasured = false;
  #isDraining = false;
  /** A grant that is timed, what comes before the first of its bytes, and what had come of others. */
  #timed: { since: number; before: number; others: number } | undefined;
  /** Bytes that have come of this channel. */
  #carried = 0;
  #closed = false;

  /**
   * @param adjust lets the server send so many bytes more
   * @param channel which of those that ask it is
   * @param now milliseconds on a clock that never goes back
   */
  constructor(
    adjust: (bytes: number) => void,
    connection: Connection,
    channel: object,
    now: () => number = () => performance.now(),
  ) {
    this.#adjust = adjust;
    this.#connection = connection;
    this.#channel = channel;
    this.#now = now;
  }

  /** In bytes. */
  get size(): number {
    return this.#size;
  }

  /** So many of them are used. */
  get used(): number {
    return this.#used;
  }

  /** Whether they are by the pace of what has come. */
  get isMeasured(): boolean {
    return this.#isMeasured;
  }

  /**
   * So many of the bytes that came are no longer held here.
   *
   * @param demand bytes that the consumer will still take, if it knows; beyond the first window no
   *   more are asked for
   */
  consumed(bytes: number, demand = Infinity): void {
    if (this.#closed) return;
    const now = this.#now();
    this.#outstanding -= bytes;
    this.#measure(bytes, now);
    const most = Math.min(this.#used, Math.max(firstWindow, demand));
    const room = most - this.#outstanding;
    if (this.#isDraining ? this.#outstanding > few : room < most / 4) return;
    if (this.#isDraining) {
      this.#isDraining = false;
      this.#timed = { since: now, before: this.#outstanding, others: this.#others };
    }
    this.#outstanding += room;
    this.#adjust(room);
  }

  /** Nothing more will come. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    reserved -= this.#size - firstWindow;
  }

  #measure(bytes: number, now: number): void {
    if (now - this.#lastAt > pause) this.#begin(now);
    // A few answers before a transfer, a round trip each, say nothing of its pace.
    else if (!this.#isMeasured && this.#consumed < few) this.#since = now;
    this.#lastAt = now;
    this.#consumed += bytes;
    const { roundTrip, asked } = this.#connection;
    roundTrip.carry(bytes);
    this.#carried += bytes;
    if (this.#timed && (this.#timed.before -= bytes) < 0) {
      const { since, others } = this.#timed;
      this.#timed = undefined;
      if (this.#others - others <= fewOfOthers) roundTrip.renew(now - since);
      else roundTrip.postpone();
    }
    if (this.#consumed < this.#used) return;
    // So much came in as many round trips; in none where it isn't known yet how long one takes.
    const trips = (now - this.#since) / roundTrip.shortest;
    const wanted = trips > 0 ? (this.#consumed * 2) / trips : 2 * this.#size;
    while (this.#size < wanted && this.#hasReserve) {
      reserved += this.#size;
      this.#size *= 2;
    }
    if (asked.isByOther(this.#channel, now)) {
      const enough = Math.max(firstWindow, wanted, this.#used * kept);
      this.#used = Math.round(Math.min(this.#size, enough));
      if (roundTrip.isOld && !this.#timed) this.#isDraining = true;
    } else this.#used = this.#size;
    this.#isMeasured = true;
    this.#consumed = 0;
    this.#since = now;
  }

  #begin(now: number): void {
    this.#since = now;
    this.#consumed = 0;
    this.#used = this.#size;
    this.#isMeasured = false;
    this.#isDraining = false;
    this.#timed = undefined;
  }

  /** Bytes that have come of the connection's other channels. */
  get #others(): number {
    return this.#connection.roundTrip.carried - this.#carried;
  }

  get #hasReserve(): boolean {
    return this.#size * 2 <= largestWindow && reserved + this.#size <= reserve;
  }
}
