import type { SessionChannel } from "./channel.ts";

/** Seconds after which a channel that wasn't needed is closed. */
export const defaultIdleTime = 15;

/** Channels that are kept at most; OpenSSH allows ten by default (sshd_config(5), MaxSessions). */
const most = 8;

/**
 * Session channels that are open before a call asks for one, so that a command costs one round
 * trip. How many there should be follows from the calls: none for those that come alone; one when a
 * call follows within the idle time on one that has ended; one more each time that a call finds
 * none. What no call has taken for the idle time is given back.
 */
export class ChannelsAhead {
  readonly #giveBack: (channel: SessionChannel) => void;
  /** Milliseconds. */
  readonly #idleTime: number;
  /** The oldest first. */
  readonly #channels: SessionChannel[] = [];
  #wanted = 0;
  #lastCall = -Infinity;
  #lastEnd = -Infinity;
  /** The fewest that were there at any time since the last review: so many weren't needed. */
  #spare = 0;
  #review: NodeJS.Timeout | undefined;
  #stopped = false;

  /**
   * @param giveBack closes a channel that is no longer wanted
   * @param idleTime in seconds
   */
  constructor(giveBack: (channel: SessionChannel) => void, idleTime: number) {
    this.#giveBack = giveBack;
    this.#idleTime = idleTime * 1000;
  }

  get size(): number {
    return this.#channels.length;
  }

  /** How many there should be. */
  get wanted(): number {
    return this.#wanted;
  }

  /** A call needs a channel: one of these, or `undefined` where there is none. */
  take(): SessionChannel | undefined {
    this.#lastCall = performance.now();
    const followsAnother = this.#lastCall - this.#lastEnd < this.#idleTime;
    const channel = this.#channels.pop();
    this.#spare = Math.min(this.#spare, this.#channels.length);
    if (!channel && followsAnother && !this.#stopped) this.#want(this.#wanted + 1);
    return channel;
  }

  /** As {@link take}, but it doesn't count as demand for channels. */
  lend(): SessionChannel | undefined {
    return this.#channels.pop();
  }

  /** A call's channel has closed. */
  ended(): void {
    this.#lastEnd = performance.now();
  }

  /** Keeps an open channel that no call has used. */
  put(channel: SessionChannel): void {
    if (this.#channels.length >= this.#wanted) {
      this.#giveBack(channel);
      return;
    }
    this.#channels.push(channel);
  }

  /** The server has closed it. @returns whether it was one of these */
  drop(channel: SessionChannel): boolean {
    const place = this.#channels.indexOf(channel);
    if (place === -1) return false;
    this.#channels.splice(place, 1);
    this.#spare = Math.min(this.#spare, this.#channels.length);
    return true;
  }

  /** From now on keeps none. @returns those that it had */
  stop(): SessionChannel[] {
    this.#stopped = true;
    this.#want(0);
    return this.#channels.splice(0);
  }

  #want(count: number): void {
    this.#wanted = Math.min(count, most);
    if (this.#wanted === 0) {
      clearInterval(this.#review);
      this.#review = undefined;
    } else {
      this.#review ??= setInterval(() => this.#giveBackSpare(), this.#idleTime).unref();
    }
  }

  #giveBackSpare(): void {
    const isIdle = performance.now() - this.#lastCall >= this.#idleTime;
    const spare = isIdle ? this.#channels.length : this.#spare;
    this.#want(isIdle ? 0 : this.#wanted - spare);
    for (const channel of this.#channels.splice(0, spare)) this.#giveBack(channel);
    this.#spare = this.#channels.length;
  }
}
