import { ReceiveWindow, firstWindow } from "../../../src/ssh/flow/receive-window.ts";
import { Recent } from "../../../src/ssh/flow/recent.ts";
import { RoundTrip } from "../../../src/ssh/flow/round-trip.ts";

const packet = 32 * 1024;

/** A channel on which the server sends. */
interface Transfer {
  readonly window: ReceiveWindow;
  /** Bytes that the server may send. */
  allowed: number;
}

/**
 * A server that sends whatever windows let it, over a link with a delay and a narrowest place, on a
 * clock of its own. What comes is consumed at once.
 */
export class Link {
  /** Milliseconds. */
  roundTrip: number;
  readonly windows: readonly ReceiveWindow[];
  /** Whether somebody else has something to be answered all the time. */
  isShared = false;
  readonly #rate: number;
  readonly #known: RoundTrip;
  readonly #asked = new Recent(5000);
  readonly #transfers: readonly Transfer[];
  #now = 0;
  /** Grants on their way to the server, the first first. */
  readonly #grants: { at: number; bytes: number; to: Transfer }[] = [];
  /** Packets that have been sent, with when they left: what hasn't yet waits at the narrowest place. */
  readonly #packets: { left: number; at: number; of: Transfer }[] = [];
  /** When the narrowest place has room. */
  #freeAt = 0;

  /**
   * @param options.rate bytes a millisecond that the narrowest place lets through
   * @param options.transfers how many there are
   */
  constructor({
    roundTrip,
    rate,
    transfers = 1,
  }: {
    roundTrip: number;
    rate: number;
    transfers?: number;
  }) {
    this.roundTrip = roundTrip;
    this.#rate = rate;
    this.#known = new RoundTrip(() => this.#now);
    this.#known.note(roundTrip);
    this.#transfers = Array.from({ length: transfers }, () => this.#begin());
    this.windows = this.#transfers.map(({ window }) => window);
  }

  #begin(): Transfer {
    const to: Transfer = {
      allowed: firstWindow,
      window: new ReceiveWindow(
        (bytes) => this.#grants.push({ at: this.#now + this.roundTrip / 2, bytes, to }),
        { roundTrip: this.#known, asked: this.#asked },
        {},
        () => this.#now,
      ),
    };
    return to;
  }

  /** The round trip time that our side takes it to have. */
  get known(): number {
    return this.#known.shortest;
  }

  /** Goes on for so many milliseconds. @returns bytes that came, and the most that waited at a time */
  run(ms: number): { carried: number; waiting: number } {
    const end = this.#now + ms;
    const result = { carried: 0, waiting: 0 };
    for (;;) {
      this.#send();
      const waiting = this.#packets.filter(({ left }) => left > this.#now).length * packet;
      result.waiting = Math.max(result.waiting, waiting);
      const [grant] = this.#grants;
      const [next] = this.#packets;
      const at = Math.min(grant?.at ?? Infinity, next?.at ?? Infinity);
      if (at > end) break;
      this.#now = at;
      if (grant?.at === at) {
        this.#grants.shift();
        grant.to.allowed += grant.bytes;
      } else if (next) {
        this.#packets.shift();
        result.carried += packet;
        if (this.isShared) this.#asked.note(this.#asked, this.#now);
        next.of.window.consumed(packet);
      }
    }
    this.#now = end;
    return result;
  }

  /** In turn, as long as one of them may. */
  #send(): void {
    const may = ({ allowed }: Transfer) => allowed >= packet;
    for (let sending = this.#transfers.filter(may); sending.length > 0;) {
      for (const of of sending) {
        of.allowed -= packet;
        this.#freeAt = Math.max(this.#freeAt, this.#now) + packet / this.#rate;
        // None overtakes another where the way becomes shorter.
        const behind = this.#packets.at(-1)?.at ?? 0;
        const at = Math.max(behind, this.#freeAt + this.roundTrip / 2);
        this.#packets.push({ left: this.#freeAt, at, of });
      }
      sending = sending.filter(may);
    }
  }
}
