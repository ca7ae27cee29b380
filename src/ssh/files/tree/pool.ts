/** Runs so many tasks at once; the others wait for their turn, in their order or the latest first. */
export class Pool {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  readonly #watching: { most: number; done: () => void }[] = [];
  readonly #first: "oldest" | "latest";

  constructor(size: number, first: "oldest" | "latest" = "oldest") {
    this.#free = size;
    this.#first = first;
  }

  /** Resolves when at most `most` tasks are waiting. */
  async calm(most: number): Promise<void> {
    while (this.#waiting.length > most) {
      await new Promise<void>((done) => this.#watching.push({ most, done }));
    }
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    const leave = await this.enter();
    try {
      return await task();
    } finally {
      leave();
    }
  }

  /** Waits for a place. @returns what gives it to the next one; harmless when repeated */
  async enter(): Promise<() => void> {
    if (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#free -= 1;
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      this.#left();
    };
  }

  #left(): void {
    const next = this.#first === "latest" ? this.#waiting.pop() : this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
    const isCalm = ({ most }: { most: number }) => this.#waiting.length <= most;
    if (this.#watching.some(isCalm)) for (const { done } of this.#watching.splice(0)) done();
  }
}
