/** Entries in a row, of long lists, before others have their turn: well below a millisecond. */
const inARow = 500;

/** Lets the daemon do something else now and then in a loop over a list that a server makes as long as it likes. */
export class Breath {
  #steps = 0;

  /** What is to be awaited after a step, if anything. */
  step(): Promise<void> | undefined {
    this.#steps += 1;
    if (this.#steps % inARow !== 0) return undefined;
    return new Promise((resolve) => setImmediate(resolve));
  }
}
