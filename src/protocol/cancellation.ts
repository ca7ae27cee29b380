/**
 * Whether a call is still wanted. An AbortSignal can do more, and every command would pay for it.
 */
export class Cancellation {
  #isRequested = false;
  #told: (() => void) | undefined;
  /** Who wants it no more, in a line for a person. */
  reason = "";

  get isRequested(): boolean {
    return this.#isRequested;
  }

  request(reason = "the client cancelled the request"): void {
    if (this.#isRequested) return;
    this.#isRequested = true;
    this.reason = reason;
    this.#told?.();
  }

  /** @param told called when it is requested, which it hasn't been yet; undefined for nobody any more */
  onRequest(told: (() => void) | undefined): void {
    this.#told = told;
  }
}
