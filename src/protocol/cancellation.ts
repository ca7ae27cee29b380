/** Whether a call was cancelled. An AbortSignal does more, and would make every command slower. */
export class Cancellation {
  #isRequested = false;
  #told: (() => void) | undefined;
  /** Why it was cancelled, for a person. */
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

  /** @param told called when it is requested (it hasn't been yet); undefined to be called no longer */
  onRequest(told: (() => void) | undefined): void {
    this.#told = told;
  }
}
