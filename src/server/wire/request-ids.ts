/**
 * The requests in flight: the client's id of each, and a number of our own that stands in its place
 * inside the daemon. vscode-jsonrpc takes the ids `1` and `"1"` for the same one, and forgets a
 * request when another with an equal id arrives before it was dispatched.
 */
export class RequestIds {
  readonly #numbers = new Map<string | number, number>();
  readonly #ids = new Map<number, string | number>();
  #last = 0;
  #whenNone: (() => void)[] = [];

  /**
   * Notes a request that was read.
   *
   * @returns its number, counting up from 1, or `undefined` where the id is in use
   */
  open(id: string | number): number | undefined {
    if (this.#numbers.has(id)) return undefined;
    this.#last += 1;
    this.#numbers.set(id, this.#last);
    this.#ids.set(this.#last, id);
    return this.#last;
  }

  /** The number of the request in flight that has this very id; `1` is not `"1"`. */
  numberOf(id: unknown): number | undefined {
    return this.#numbers.get(id as string | number);
  }

  /** Notes that a request is being answered; gives the id that the reply must bear. */
  close(number: number): string | number {
    const id = this.#ids.get(number);
    if (id === undefined) throw new Error(`request #${number} is not in flight`);
    this.#ids.delete(number);
    this.#numbers.delete(id);
    if (this.#ids.size === 0) for (const resolve of this.#whenNone.splice(0)) resolve();
    return id;
  }

  /** Resolves when no request is in flight. */
  async none(): Promise<void> {
    if (this.#ids.size > 0) await new Promise<void>((resolve) => this.#whenNone.push(resolve));
  }
}
