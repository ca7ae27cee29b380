/** Milliseconds from a command's beginning or end in which other connections make room for it. */
const recently = 20;

/** When commands began and ended last, and on which connections. */
export class RecentCommands {
  #last: { readonly on: object | undefined; readonly at: number } = {
    on: undefined,
    at: -Infinity,
  };
  /** The last one on another connection than that. */
  #lastElsewhere = -Infinity;

  /** @param now milliseconds on a clock that never goes back */
  note(connection: object, now: number): void {
    if (connection !== this.#last.on) this.#lastElsewhere = this.#last.at;
    this.#last = { on: connection, at: now };
  }

  /** Whether one has begun or ended just now on another connection than this one. */
  areElsewhere(connection: object, now: number): boolean {
    const at = connection === this.#last.on ? this.#lastElsewhere : this.#last.at;
    return now - at < recently;
  }
}
