/** Tells when something hasn't been needed for a while. */
export class IdleWatch {
  readonly #ms: number;
  readonly #isNeeded: () => boolean;
  readonly #onIdle: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param ms milliseconds for which it isn't needed before `onIdle` is told */
  constructor(ms: number, isNeeded: () => boolean, onIdle: () => void) {
    this.#ms = ms;
    this.#isNeeded = isNeeded;
    this.#onIdle = onIdle;
    this.changed();
  }

  /** It may be needed now, or no longer. */
  changed(): void {
    clearTimeout(this.#timer);
    if (!this.#isNeeded()) this.#timer = setTimeout(this.#onIdle, this.#ms);
  }
}
