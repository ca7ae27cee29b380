import { Failure } from "../../protocol/errors.ts";
import type { Call } from "../support/call.ts";
import type { HeldSession } from "./held-session.ts";

/** The sessions of the daemon by their handles, which count up from 1 and are never used again. */
export class SessionTable {
  readonly #sessions = new Map<number, HeldSession>();
  readonly #onForgotten: () => void;
  #last = 0;
  #closed = false;

  /** @param onForgotten told of each session that is no longer in the table */
  constructor(onForgotten: () => void = () => {}) {
    this.#onForgotten = onForgotten;
  }

  /**
   * @param call the login
   * @returns the new session's handle
   * @throws {Failure} Cancelled where the table was closed while the session was being made
   */
  async add(session: HeldSession, call: Call): Promise<number> {
    if (this.#closed) {
      await session.end();
      throw new Failure("Cancelled", "the daemon is shutting down", { phase: call.phase });
    }
    this.#last += 1;
    this.#sessions.set(this.#last, session);
    return this.#last;
  }

  /** @throws {Failure} SessionNotFound */
  get(handle: number): HeldSession {
    const session = this.#sessions.get(handle);
    if (session) return session;
    throw new Failure(
      "SessionNotFound",
      `there is no session ${handle}: it was freed, or never was`,
    );
  }

  /** Forgets a handle and ends its session, with those over it; one that isn't there is no error. */
  async free(handle: number): Promise<void> {
    const session = this.#sessions.get(handle);
    if (!session) return;
    this.#forget(session);
    await session.end();
  }

  /** Frees every session, side by side, and those that are still to come. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#sessions.keys()].map((handle) => this.free(handle)));
  }

  #forget(session: HeldSession): void {
    for (const [handle, each] of this.#sessions) {
      if (each !== session) continue;
      this.#sessions.delete(handle);
      this.#onForgotten();
    }
    for (const passenger of session.passengers) this.#forget(passenger);
  }

  /** Every handle with its session, in the order of their making. */
  entries(): Iterable<[number, HeldSession]> {
    return this.#sessions.entries();
  }
}
