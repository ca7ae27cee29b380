interface Waiter {
  readonly cost: number;
  readonly enter: () => void;
}

/** Bounds how much is under way, in number and in bytes; first come, first served. */
export class Gate {
  mostEntries: number;
  readonly #mostBytes: number;
  #entries = 0;
  #bytes = 0;
  readonly #waiting: Waiter[] = [];

  /** @param mostBytes one that costs more is let in alone */
  constructor(mostEntries: number, mostBytes: number) {
    this.mostEntries = mostEntries;
    this.#mostBytes = mostBytes;
  }

  /** Whether nothing is under way. */
  get isEmpty(): boolean {
    return this.#entries === 0 && this.#waiting.length === 0;
  }

  /** Calls `enter` when there is room, perhaps at once. @returns a function that cancels the wait */
  enter(cost: number, enter: () => void): () => void {
    const waiter = { cost, enter };
    this.#waiting.push(waiter);
    this.#admit();
    return () => {
      const place = this.#waiting.indexOf(waiter);
      if (place !== -1) this.#waiting.splice(place, 1);
      this.#admit();
    };
  }

  leave(cost: number): void {
    this.#entries -= 1;
    this.#bytes -= cost;
    this.#admit();
  }

  #admit(): void {
    for (let first = this.#waiting[0]; first && this.#hasRoom(first); first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#entries += 1;
      this.#bytes += first.cost;
      first.enter();
    }
  }

  #hasRoom({ cost }: Waiter): boolean {
    if (this.#entries === 0) return true;
    return this.#entries < this.mostEntries && this.#bytes + cost <= this.#mostBytes;
  }
}
