/** What OpenSSH's MaxSessions (sshd_config(5)) is unless it was changed. */
const usualLimit = 10;

/** Milliseconds before a refused open is tried again; doubled with each retry, up to the last. */
const firstRetry = 10;
const lastRetry = 1000;

/** How many session channels a server has open at once, as its answers teach it. */
export class SessionLimit {
  /** Never more than this, whatever the server takes. */
  readonly #most: number;
  readonly #raised: () => void;
  #limit: number;
  #refused = false;
  /** The most that have been open at once. */
  #proven = 0;
  #delay = firstRetry;
  #retry: { timer: NodeJS.Timeout; at: number } | undefined;

  /**
   * @param most never to be exceeded
   * @param raised called when the limit may be tried anew
   */
  constructor(most: number, raised: () => void) {
    this.#most = most;
    this.#raised = raised;
    this.#limit = Math.min(usualLimit, most);
  }

  /** How many may be open or being opened, for calls that need them. */
  get current(): number {
    return this.#limit;
  }

  /** The same for channels that are opened ahead: these never probe the server's limit. */
  get proven(): number {
    return this.#refused ? Math.min(this.#limit, this.#proven) : this.#limit;
  }

  /** Whether the server is known to have no room beside those. */
  isReached(inUse: number): boolean {
    return this.#refused && inUse >= this.#limit;
  }

  /**
   * The server has opened one more.
   *
   * @param open how many are
   * @param short whether calls wait for more
   */
  opened(open: number, short: boolean): void {
    this.#proven = Math.max(this.#proven, open);
    this.#delay = firstRetry;
    // Until the server refuses, its limit is looked for in larger and larger steps.
    if (!this.#refused && short && open >= this.#limit) {
      this.#limit = Math.min(this.#limit * 2, this.#most);
    }
  }

  /** The server has no room beside those that are open or on their way to it. */
  refused(inUse: number): void {
    this.#limit = Math.min(this.#limit, inUse);
    this.#refused = true;
    // More have been open before: the server has yet to clear the place of one that closed.
    this.#retryIn(inUse < this.#proven || inUse === 0 ? this.#delay : lastRetry);
  }

  /** Nothing will be tried any more. */
  stop(): void {
    clearTimeout(this.#retry?.timer);
  }

  /**
   * Raises the limit in a while: to what was possible before, else by one, as what held a place
   * may have ended (a killed command, say).
   */
  #retryIn(ms: number): void {
    const at = performance.now() + ms;
    if (this.#retry && this.#retry.at <= at) return;
    clearTimeout(this.#retry?.timer);
    const timer = setTimeout(() => {
      this.#retry = undefined;
      this.#delay = Math.min(this.#delay * 2, lastRetry);
      this.#limit = Math.min(Math.max(this.#limit + 1, this.#proven), this.#most);
      this.#raised();
    }, ms);
    this.#retry = { timer, at };
  }
}
