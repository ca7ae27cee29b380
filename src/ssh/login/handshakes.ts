import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../protocol/errors.ts";
import type { Call } from "../support/call.ts";
import type { Account } from "./prompts/prompter.ts";

/**
 * Logins at the same time to one server. OpenSSH begins to refuse connections when ten aren't logged in
 * (sshd_config(5), MaxStartups), and counts each for a moment longer than this does.
 */
const most = 8;

/** Milliseconds: an answer that takes longer is taken to be a person's, who may take any time. */
const patience = 1000;

/** Milliseconds before a server that turned us away is tried again; doubled each time, up to the last. */
const firstPause = 50;
const lastPause = 1000;

/** The server has too many connections that aren't logged in, and has done nothing with this one. */
export class TurnedAway extends Error {
  override name = "TurnedAway";
}

/** Whether OpenSSH says, in place of its identification string, that MaxStartups is reached. */
export function turnsAway(greeting: string): boolean {
  return /^Exceeded MaxStartups\r?$/m.test(greeting);
}

/**
 * Lets logins begin at each server as fast as it takes them: first come, first served, but of several
 * clients who have some under way those first who have the fewest.
 */
export class Handshakes {
  readonly #lines = new Map<string, Line>();

  /**
   * Does `handshake` when it is its turn, and again when the server turns it away.
   *
   * @param route tells the servers apart
   * @throws what `handshake` throws, or the call's end
   */
  async run<T>(
    route: string,
    { host, port }: Account,
    call: Call,
    handshake: (place: Place) => Promise<T>,
  ): Promise<T> {
    const line = this.#lines.get(route) ?? new Line(host, port);
    this.#lines.set(route, line);
    try {
      return await line.run(call, handshake);
    } finally {
      // Its learned limit is forgotten with it.
      if (line.isEmpty) this.#lines.delete(route);
    }
  }

  /** For `daemon.status`. */
  get status() {
    return [...this.#lines.values()].map(({ status }) => status);
  }
}

/** A login that waits for its turn. */
interface Waiter {
  readonly owner: object | undefined;
  readonly grant: () => void;
}

/** The logins at one server. */
class Line {
  readonly #host: string;
  readonly #port: number;
  readonly #waiting: Waiter[] = [];
  #active = 0;
  /** Those of each client. */
  readonly #activeOf = new Map<object | undefined, number>();
  #pausing = 0;
  #limit = most;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  get status() {
    const queued = this.#waiting.length + this.#pausing;
    return { host: this.#host, port: this.#port, active: this.#active, queued };
  }

  get isEmpty(): boolean {
    return this.#active + this.#waiting.length + this.#pausing === 0;
  }

  async run<T>(call: Call, handshake: (place: Place) => Promise<T>): Promise<T> {
    let turnedAway = 0;
    for (let pause = 0; ; pause = Math.min(Math.max(pause * 2, firstPause), lastPause)) {
      try {
        call.enter("queue");
        if (pause > 0) await this.#pause(call, pause);
        await this.#turn(call, pause > 0);
      } catch (error) {
        throw this.#explained(error, turnedAway);
      }
      const { owner } = call;
      const place = new Place(() => this.#leave(owner));
      try {
        return await handshake(place);
      } catch (error) {
        if (!(error instanceof TurnedAway)) throw this.#explained(error, turnedAway);
        turnedAway += 1;
        // The server bears as many as are under way beside this one. If there are none, others' logins fill it.
        this.#limit = Math.max(1, Math.min(this.#limit, this.#active - 1));
      } finally {
        place.give();
      }
    }
  }

  /** Adds to a time-out what took the time. */
  #explained(error: unknown, turnedAway: number): unknown {
    if (!(error instanceof Failure) || error.kind !== "Timeout") return error;
    const isQueued = error.data["phase"] === "queue";
    const others = this.#active - (isQueued ? 0 : 1);
    if (turnedAway === 0 && (!isQueued || others < 1)) return error;
    const times = turnedAway === 1 ? "once" : `${turnedAway} times`;
    const why =
      turnedAway > 0
        ? `the server turned the login away ${times}, saying "Exceeded MaxStartups": it has too many connections that haven't logged in (MaxStartups in its sshd_config)`
        : `${others} other ${others === 1 ? "login" : "logins"} at this server ${others === 1 ? "is" : "are"} under way`;
    return new Failure("Timeout", `${error.message}: ${why}`, error.data, { cause: error });
  }

  async #pause(call: Call, ms: number): Promise<void> {
    this.#pausing += 1;
    try {
      await call.whileQueued(sleep(ms, undefined, { ref: false }));
    } finally {
      this.#pausing -= 1;
    }
  }

  /** @param again it has been turned away, and comes before those that haven't had a turn */
  async #turn(call: Call, again: boolean): Promise<void> {
    const { owner } = call;
    if (this.#active < this.#limit && (again || this.#waiting.length === 0)) {
      return this.#enter(owner);
    }
    let grant!: () => void;
    const granted = new Promise<void>((resolve) => {
      grant = resolve;
    });
    const waiter = { owner, grant };
    if (again) this.#waiting.unshift(waiter);
    else this.#waiting.push(waiter);
    try {
      await call.whileQueued(granted);
    } catch (error) {
      const place = this.#waiting.indexOf(waiter);
      if (place !== -1) this.#waiting.splice(place, 1);
      // The turn came as the call ended: the place goes to the next.
      else this.#leave(owner);
      throw error;
    }
  }

  #enter(owner: object | undefined): void {
    this.#active += 1;
    this.#activeOf.set(owner, this.#count(owner) + 1);
  }

  #leave(owner: object | undefined): void {
    this.#active -= 1;
    const left = this.#count(owner) - 1;
    if (left === 0) this.#activeOf.delete(owner);
    else this.#activeOf.set(owner, left);
    while (this.#active < this.#limit && this.#waiting.length > 0) {
      const next = this.#waiting.reduce((best, each) =>
        this.#count(each.owner) < this.#count(best.owner) ? each : best,
      );
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.#enter(next.owner);
      next.grant();
    }
  }

  #count(owner: object | undefined): number {
    return this.#activeOf.get(owner) ?? 0;
  }
}

/** The place of one login that is under way. */
export class Place {
  readonly #leave: () => void;
  #given = false;

  constructor(leave: () => void) {
    this.#leave = leave;
  }

  /** Waits for an answer. While a person takes long, the place is given to another login. */
  async whileAsking<T>(answer: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.give(), patience);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Lets the next one begin; safe to repeat. */
  give(): void {
    if (this.#given) return;
    this.#given = true;
    this.#leave();
  }
}
