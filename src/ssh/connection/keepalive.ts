import type { Transport } from "../flow/transport.ts";

export interface KeepaliveOptions {
  /** Seconds of silence before the server is asked for a sign of life; 0 for never. */
  readonly interval: number;
  /** So many questions may go unanswered, one interval each. */
  readonly countMax: number;
}

/**
 * Finds out that a server is gone that says nothing any more, as OpenSSH's ServerAliveInterval and
 * ServerAliveCountMax do: within `interval` × (`countMax` + 1) seconds of its last byte, whatever
 * that was. (ssh2's own counts answers to its questions only, which may wait behind bulk data.)
 */
export class Keepalive {
  readonly #ping: () => void;
  /** Each is called when the server has sent something. */
  readonly #watchers = new Set<() => void>();
  /** By the system's clock, which goes on while the machine sleeps. */
  #heardAt = Date.now();

  /** @param ping asks for a sign of life */
  constructor(transport: Transport, ping: () => void) {
    this.#ping = ping;
    transport.on("data", () => {
      this.#heardAt = Date.now();
      for (const heard of this.#watchers) heard();
    });
  }

  /**
   * Watches the server for one session.
   *
   * @param lost told once, when no sign of life has come
   * @returns what ends it
   */
  watch({ interval, countMax }: KeepaliveOptions, lost: () => void): () => void {
    if (interval === 0) return () => {};
    let asked = 0;
    const timer = setInterval(() => {
      if (asked < countMax) {
        asked += 1;
        this.#ping();
        return;
      }
      // If the process was stopped (or the machine slept), an answer may be there that hasn't been read yet.
      setImmediate(() => {
        if (asked < countMax || !this.#watchers.has(heard)) return;
        clearInterval(timer);
        this.#watchers.delete(heard);
        lost();
      });
    }, interval * 1000);
    const heard = () => {
      asked = 0;
      timer.refresh();
    };
    this.#watchers.add(heard);
    return () => {
      clearInterval(timer);
      this.#watchers.delete(heard);
    };
  }

  /** Milliseconds since the server's last byte; negative where the clock has been set back. */
  get silence(): number {
    return Date.now() - this.#heardAt;
  }

  /** Asks for a sign of life. @returns whether one comes within so many milliseconds */
  async answersWithin(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (answers: boolean) => {
        clearTimeout(timer);
        this.#watchers.delete(heard);
        resolve(answers);
      };
      const heard = () => settle(true);
      const timer = setTimeout(() => settle(false), ms);
      this.#watchers.add(heard);
      this.#ping();
    });
  }
}
