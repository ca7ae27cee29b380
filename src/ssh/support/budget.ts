/** Bytes that may be in memory at the same time, for one of several users, and for all of them. */
export class Budget {
  readonly most: number;
  readonly #all: Budget | undefined;
  #held = 0;

  /** @param all the budget that this one is a part of */
  constructor(most: number, all?: Budget) {
    this.most = most;
    this.#all = all;
  }

  /** Takes so many bytes, if there is room. @returns whether there was */
  take(bytes: number): boolean {
    if (this.#held + bytes > this.most) return false;
    if (this.#all && !this.#all.take(bytes)) return false;
    this.#held += bytes;
    return true;
  }

  /** Gives back what was taken. */
  give(bytes: number): void {
    this.#held -= bytes;
    this.#all?.give(bytes);
  }
}
