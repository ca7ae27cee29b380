import type { Entry } from "../support/remote-files.ts";
import type { Side } from "./side.ts";

/** The listing of a path of which nobody knows yet what it is: that is asked for along with it. */
export class Ahead {
  readonly #side: Side;
  readonly #entries: Promise<Entry[]>;
  #isTaken = false;
  #isOver = false;

  constructor(side: Side, path: Buffer) {
    this.#side = side;
    this.#entries = side.list(path, () => !this.#isOver);
    this.#entries.catch(() => {});
  }

  /** It is a directory: gives its entries, if it is this side's. */
  take(side: Side): Promise<Entry[]> | undefined {
    if (side !== this.#side) return undefined;
    this.#isTaken = true;
    return this.#entries;
  }

  /** Nobody takes it any more. */
  end(): void {
    if (this.#isTaken) return;
    this.#isOver = true;
    this.#entries.then(
      (entries) => this.#side.forget?.(entries),
      () => {},
    );
  }
}
