export interface Range {
  readonly from: number;
  /** Behind the last byte. */
  readonly end: number;
}

/** Bytes of a piece, which go over one channel in a row: whole requests of the largest usual size. */
const pieceSize = 8 * 255 * 1024;

/** A range of a file, in pieces for whoever takes the next. */
export class Pieces {
  #next: number;
  readonly #end: number;
  readonly #back: Range[] = [];
  #isStopped = false;

  constructor({ from, end }: Range) {
    this.#next = from;
    this.#end = end;
  }

  /** Whether there is one to take. */
  get hasMore(): boolean {
    return !this.#isStopped && (this.#back.length > 0 || this.#next < this.#end);
  }

  take(): Range | undefined {
    if (!this.hasMore) return undefined;
    const back = this.#back.pop();
    if (back) return back;
    const from = this.#next;
    this.#next = Math.min(this.#end, from + pieceSize);
    return { from, end: this.#next };
  }

  /** One that was taken isn't done, and nobody is at it. */
  giveBack(piece: Range): void {
    this.#back.push(piece);
  }

  /** Nobody is to take any more. */
  stop(): void {
    this.#isStopped = true;
  }
}
