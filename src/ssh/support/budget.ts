/** What may be held at the same time, in bytes: by one of several, and by all of them. */
export class Budget {
  readonly most: number;
  readonly #all: Budget | undefined;
  #held = 0;

  /** @param all what this one is a part of */
  constructor(most: number, all?: Budget) {
    this.most = most;
    this.#all = all;
  }

  /** @returns whether there is room, of which so much is taken then */
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
