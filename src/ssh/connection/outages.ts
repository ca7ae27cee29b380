import type { Failure } from "../../protocol/errors.ts";
import { pauseAfter, usualPauses } from "./backoff.ts";
import type { Pauses } from "./backoff.ts";

/** Permission to try a server. Exactly one of these is to be called with the result. */
export interface Turn {
  /** The server answers, whatever comes of the login. Safe to repeat. */
  reached(): void;
  /** The server doesn't answer. */
  unreachable(failure: Failure): void;
  /** The attempt was given up, with no result. */
  abandoned(): void;
}

interface Waiter {
  readonly go: (turn: Turn) => void;
  /** Called with the failure of another session that couldn't reach the server. */
  readonly told: (failure: Failure) => void;
}

/**
 * Servers that sessions have lost. One session at a time finds out whether a server is there again,
 * with pauses that grow; when it is, all others follow.
 */
export class Outages {
  readonly pauses: Pauses;
  readonly #outages = new Map<string, Outage>();

  constructor(pauses: Pauses = usualPauses) {
    this.pauses = pauses;
  }

  /**
   * A session has lost its connection to a server.
   *
   * @param server the same for the same server, reached in the same way
   * @returns what it has to leave when it has a connection again, or is given up
   */
  enter(server: string): Outage {
    const outage =
      this.#outages.get(server) ?? new Outage(this.pauses, () => this.#outages.delete(server));
    this.#outages.set(server, outage);
    outage.enter();
    return outage;
  }
}

/** One server's. */
export class Outage {
  readonly #pauses: Pauses;
  readonly #over: () => void;
  readonly #waiting = new Set<Waiter>();
  #members = 0;
  #failures = 0;
  #isReachable = false;
  /** Whether a session is trying the server now. */
  #isTried = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(pauses: Pauses, over: () => void) {
    this.#pauses = pauses;
    this.#over = over;
  }

  enter(): void {
    this.#members += 1;
  }

  leave(): void {
    this.#members -= 1;
    if (this.#members > 0) return;
    clearTimeout(this.#timer);
    this.#over();
  }

  /**
   * Resolves when the session may try; first come, first served.
   *
   * @param signal of which the reason is thrown when nobody waits any more
   * @param told what others have met meanwhile, who couldn't reach the server
   * @throws what `told` throws, which ends the wait
   */
  turn(signal: AbortSignal, told: (failure: Failure) => void): Promise<Turn> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const leave = () => {
        signal.removeEventListener("abort", abandon);
        this.#waiting.delete(waiter);
      };
      const abandon = () => {
        leave();
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        go: (turn) => {
          leave();
          resolve(turn);
        },
        told: (failure) => {
          try {
            told(failure);
          } catch (error) {
            leave();
            reject(error);
          }
        },
      };
      signal.addEventListener("abort", abandon, { once: true });
      this.#waiting.add(waiter);
      this.#goOn();
    });
  }

  #goOn(): void {
    if (this.#isReachable) {
      for (const { go } of this.#waiting) go(this.#turn());
    } else if (!this.#isTried && this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#tryOne(), pauseAfter(this.#failures, this.#pauses));
    }
  }

  #tryOne(): void {
    this.#timer = undefined;
    const [first] = this.#waiting;
    if (!first) return;
    this.#isTried = true;
    first.go(this.#turn());
  }

  #turn(): Turn {
    return {
      reached: () => {
        this.#isTried = false;
        this.#isReachable = true;
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#goOn();
      },
      unreachable: (failure) => {
        this.#isTried = false;
        this.#isReachable = false;
        // Attempts that were under way at the same time count as one failure.
        if (this.#timer === undefined) this.#failures += 1;
        for (const { told } of this.#waiting) told(failure);
        this.#goOn();
      },
      abandoned: () => {
        this.#isTried = false;
        this.#goOn();
      },
    };
  }
}
