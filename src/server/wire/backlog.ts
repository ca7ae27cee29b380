/** Counts bytes that have been taken in and aren't done with; beyond a bound, whoever adds more must wait. */
export class Backlog {
  readonly #most: number;
  readonly #onChange: (full: boolean) => void;
  #bytes = 0;
  #waiting: (() => void)[] = [];

  /** @param onChange called with true when there are more than `most` bytes, with false when there no longer are */
  constructor(most: number, onChange: (full: boolean) => void) {
    this.#most = most;
    this.#onChange = onChange;
  }

  add(bytes: number): void {
    const wasFull = this.#isFull;
    this.#bytes += bytes;
    if (this.#isFull && !wasFull) this.#onChange(true);
  }

  remove(bytes: number): void {
    const wasFull = this.#isFull;
    this.#bytes -= bytes;
    if (this.#isFull || !wasFull) return;
    this.#onChange(false);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Resolves when there is room again; `undefined` where there is. */
  room(): Promise<void> | undefined {
    if (!this.#isFull) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  get #isFull(): boolean {
    return this.#bytes > this.#most;
  }
}
