/** When something was done last, and by whom. */
export class Recent {
  readonly #span: number;
  #last: { readonly by: object | undefined; readonly at: number } = {
    by: undefined,
    at: -Infinity,
  };
  /** The last time that it was another than that. */
  #lastByOther = -Infinity;

  /** @param span milliseconds for which it is recent */
  constructor(span: number) {
    this.#span = span;
  }

  /** @param now milliseconds on a clock that never goes back */
  note(by: object, now: number): void {
    if (by !== this.#last.by) this.#lastByOther = this.#last.at;
    this.#last = { by, at: now };
  }

  /** Whether another than this one has just done it. */
  isByOther(than: object, now: number): boolean {
    const at = than === this.#last.by ? this.#lastByOther : this.#last.at;
    return now - at < this.#span;
  }
}
