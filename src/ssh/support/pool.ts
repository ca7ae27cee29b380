/**
 * What several users share of something that there is only so much of. Each has a reserve of its own.
 * Beyond that one may have no more than it leaves free for the others: one alone gets half, of two that
 * want all each gets a third, and who comes late gets something.
 */
export class Pool {
  /** How much there is beyond the reserves. */
  readonly most: number;
  /** What each user may have in any case. */
  readonly reserve: number;
  #free: number;

  constructor(most: number, reserve: number) {
    this.most = most;
    this.reserve = reserve;
    this.#free = most;
  }

  /** What is taken beyond the reserves. */
  get taken(): number {
    return this.most - this.#free;
  }

  /** For one more user. */
  share(): Share {
    return new Share(this);
  }

  /** Whether a user that has so much beyond its reserve may have so much more. */
  allows(beyond: number, more: number): boolean {
    return beyond + more <= this.#free - more;
  }

  /** Counts so much more as taken. */
  count(more: number): void {
    this.#free -= more;
  }
}

/** What one user has of a pool. */
export class Share {
  readonly #pool: Pool;
  #held = 0;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  get held(): number {
    return this.#held;
  }

  /** Takes so much, if the user may have it. @returns whether it may */
  take(amount: number): boolean {
    const beyond = this.#beyond(this.#held);
    const more = this.#beyond(this.#held + amount) - beyond;
    if (more > 0 && !this.#pool.allows(beyond, more)) return false;
    this.add(amount);
    return true;
  }

  /** Counts what the user has already, whether it may or not. */
  add(amount: number): void {
    const before = this.#beyond(this.#held);
    this.#held += amount;
    this.#pool.count(this.#beyond(this.#held) - before);
  }

  /** Gives back what was taken. */
  give(amount: number): void {
    this.add(-amount);
  }

  #beyond(held: number): number {
    return Math.max(0, held - this.#pool.reserve);
  }
}
