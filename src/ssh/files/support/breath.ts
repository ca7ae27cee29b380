/** Entries in a row, of long lists, before others have their turn: well below a millisecond. */
const inARow = 500;

/** Lets other work run now and then within a loop over a list that a server may make very long. */
export class Breath {
  #steps = 0;
  #pause: Promise<void> | undefined;

  /** To be called after each step; what it returns is to be awaited. */
  step(): Promise<void> | undefined {
    this.#steps += 1;
    if (!this.#pause && this.#steps % inARow === 0) {
      this.#pause = new Promise((resolve) => setImmediate(resolve)).then(() => {
        this.#pause = undefined;
      });
    }
    // Of several that go through one list, none goes on meanwhile.
    return this.#pause;
  }
}
