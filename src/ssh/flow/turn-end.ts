let due: (() => void)[] = [];

/**
 * Has `task` done at the end of this turn of the event loop, behind what is going on. All tasks of a
 * turn share one setImmediate: a command has several, and each takes Node some twenty calls.
 */
export function atTurnEnd(task: () => void): void {
  if (due.push(task) === 1) setImmediate(runDue);
}

function runDue(): void {
  const tasks = due;
  due = [];
  for (const task of tasks) task();
}

/** A sum that begins anew with each turn of the event loop. */
export class TurnSum {
  #sum = 0;
  readonly #reset = () => {
    this.#sum = 0;
  };

  /** @returns what has been added in this turn, `amount` included */
  add(amount: number): number {
    if (this.#sum === 0 && amount > 0) atTurnEnd(this.#reset);
    this.#sum += amount;
    return this.#sum;
  }
}
