import type { Client, ClientChannel } from "ssh2";
import { Failure } from "../../protocol/errors.ts";
import type { Call } from "../call.ts";
import { SessionChannel } from "./channel.ts";
import {
  OpenRefused,
  openDirectStreamlocal,
  openDirectTcpip,
  openSessionChannel,
} from "../ssh2-internals.ts";
import type { Transport } from "../transport/transport.ts";

/** What OpenSSH's MaxSessions (sshd_config(5)) is unless it was changed. */
const usualLimit = 10;

/** RFC 4254 §5.1. OpenSSH refuses with the first of them where MaxSessions is reached. */
const connectFailed = 2;
const resourceShortage = 4;

/**
 * Milliseconds that a place may stay taken when its channel has closed: OpenSSH frees it when it
 * has reaped the command, and a moment before that refuses who comes next.
 */
const lingering = 1000;
/** Milliseconds before a refused open is tried again; doubled with each retry, up to the last. */
const firstRetry = 10;
const lastRetry = 1000;

interface Waiter {
  grant: () => void;
}

/** Wraps what ssh2 gives, each kind of channel its own way. */
interface Makers {
  readonly session: (channel: ClientChannel) => SessionChannel;
  readonly tunnel: (channel: ClientChannel) => Transport;
}

/**
 * The one place where channels are opened. With session channels it keeps to what the server
 * allows, which it learns from refusals: a call that finds none free waits its turn and does not
 * fail. Forwarded connections don't count there: OpenSSH's MaxSessions is for session channels
 * only (sshd_config(5)).
 */
export class Channels {
  readonly #client: Client;
  readonly #make: Makers;
  readonly #open = new Set<SessionChannel>();
  readonly #tunnels = new Set<Transport>();
  readonly #waiting: Waiter[] = [];
  #opening = 0;
  /** Never more than this at once. */
  readonly #most: number;
  #limit: number;
  #refused = false;
  /** As many have been open at once. */
  #proven = 0;
  #lastLeft = -Infinity;
  #delay = firstRetry;
  #retry: { timer: NodeJS.Timeout; at: number } | undefined;
  #lost: Failure | undefined;

  /** @param most never to be exceeded, whatever the server takes */
  constructor(client: Client, make: Makers, most = Infinity) {
    this.#client = client;
    this.#most = most;
    this.#limit = Math.min(usualLimit, most);
    this.#make = make;
  }

  /** Session channels open at the moment. */
  get open(): ReadonlySet<SessionChannel> {
    return this.#open;
  }

  /** How many channels of either kind are open. */
  get count(): number {
    return this.#open.size + this.#tunnels.size;
  }

  /** Calls that wait for a channel. */
  get queued(): number {
    return this.#waiting.length;
  }

  /**
   * Opens a channel when the server has room for one, first come, first served.
   *
   * @throws {Failure} ChannelOpenFailed, ConnectionLost, or the call's end
   */
  async acquire(call: Call): Promise<SessionChannel> {
    let first = true;
    for (;;) {
      call.enter("queue");
      await this.#turn(call, first);
      first = false;
      call.phase = "open";
      const channel = await this.#tryOpen(call);
      if (channel) return channel;
    }
  }

  /**
   * Has the server connect to a host, and gives that connection (RFC 4254 §7.2). What becomes of
   * ours becomes of it: on loss it is destroyed with the failure.
   *
   * @throws {Failure} ConnectFailed where the server refuses or can't, ConnectionLost, SessionClosed,
   *   or the call's end
   */
  connectTcp(host: string, port: number, call: Call): Promise<Transport> {
    const open = () => openDirectTcpip(this.#client, host, port);
    return this.#forward(open, `${host} port ${port}`, call);
  }

  /** As {@link connectTcp}, with a Unix socket (OpenSSH's PROTOCOL, 2.4). */
  connectUnix(path: string, call: Call): Promise<Transport> {
    return this.#forward(() => openDirectStreamlocal(this.#client, path), path, call);
  }

  /** The connection is gone: ends every channel and every wait. */
  fail(failure: Failure): void {
    this.#lost = failure;
    clearTimeout(this.#retry?.timer);
    for (const tunnel of this.#tunnels) tunnel.destroy(failure);
    for (const channel of this.#open) channel.fail(failure);
    this.#open.clear();
    for (const waiter of this.#waiting.splice(0)) waiter.grant();
  }

  async #forward(
    open: () => Promise<ClientChannel>,
    target: string,
    call: Call,
  ): Promise<Transport> {
    if (this.#lost) throw this.#lost;
    const tunnel = open().then(
      (channel) => this.#forwarded(this.#make.tunnel(channel)),
      (error: unknown) => this.#notForwarded(error, target),
    );
    try {
      return await call.race(tunnel);
    } catch (error) {
      // The call ended first; a connection that comes about all the same is nobody's.
      tunnel.then(
        (transport) => transport.destroy(),
        () => {},
      );
      throw error;
    }
  }

  #forwarded(tunnel: Transport): Transport {
    if (this.#lost) {
      tunnel.destroy();
      throw this.#lost;
    }
    this.#tunnels.add(tunnel);
    tunnel.once("close", () => this.#tunnels.delete(tunnel));
    return tunnel;
  }

  #notForwarded(error: unknown, target: string): never {
    if (this.#lost) throw this.#lost;
    const refused = error instanceof OpenRefused ? error : undefined;
    const why = refused?.message ?? "the channel was closed as it was opened";
    throw new Failure("ConnectFailed", `the jump host can't connect to ${target}: ${why}`, {
      reason: refused?.reason,
      description: refused?.message,
    });
  }

  /** Takes a place among the channels; one that was refused comes before those that never tried. */
  async #turn(call: Call, atEnd: boolean): Promise<void> {
    if (this.#lost) throw this.#lost;
    if (this.#waiting.length === 0 && this.#inUse < this.#limit) {
      this.#opening += 1;
      return;
    }
    let waiter!: Waiter;
    const granted = new Promise<void>((grant) => {
      waiter = { grant };
    });
    if (atEnd) this.#waiting.push(waiter);
    else this.#waiting.unshift(waiter);
    try {
      await call.race(granted);
    } catch (error) {
      const place = this.#waiting.indexOf(waiter);
      if (place !== -1) this.#waiting.splice(place, 1);
      // Granted in the same moment as the call ended: the place goes to the next.
      else if (!this.#lost) this.#release();
      throw error;
    }
    if (this.#lost) throw this.#lost;
  }

  /** @returns undefined where the server has no room now; the call goes back into the queue */
  async #tryOpen(call: Call): Promise<SessionChannel | undefined> {
    const alone = this.#inUse === 1 && performance.now() - this.#lastLeft > lingering;
    const opening = openSessionChannel(this.#client);
    const settled = opening.then(
      (channel) => this.#opened(this.#make.session(channel)),
      (error: unknown) => this.#notOpened(error, alone),
    );
    try {
      return await call.race(settled);
    } catch (error) {
      // The call ended first; a channel that opens all the same is nobody's.
      settled.then(
        (channel) => channel?.close(),
        () => {},
      );
      throw error;
    }
  }

  #opened(channel: SessionChannel): SessionChannel {
    this.#opening -= 1;
    if (this.#lost) {
      channel.fail(this.#lost);
      throw this.#lost;
    }
    this.#open.add(channel);
    this.#proven = Math.max(this.#proven, this.#open.size);
    this.#delay = firstRetry;
    const left = () => {
      this.#open.delete(channel);
      this.#lastLeft = performance.now();
      this.#pump();
    };
    channel.closed.then(left, left);
    // Until the server refuses, its limit is looked for in larger and larger steps.
    if (!this.#refused && this.#waiting.length > 0 && this.#open.size >= this.#limit) {
      this.#limit = Math.min(this.#limit * 2, this.#most);
      this.#pump();
    }
    return channel;
  }

  /** @param alone no other channel could have been in its way */
  #notOpened(error: unknown, alone: boolean): undefined {
    this.#opening -= 1;
    if (this.#lost) throw this.#lost;
    if (!(error instanceof OpenRefused)) {
      this.#pump();
      throw new Failure("ChannelOpenFailed", "the server closed the channel as it was opened");
    }
    const full = error.reason === connectFailed || error.reason === resourceShortage;
    if (full && !alone) {
      this.#limit = Math.min(this.#limit, this.#inUse);
      this.#refused = true;
      // Below what has been possible before, the place is only being cleared.
      this.#retryIn(this.#inUse < this.#proven || this.#inUse === 0 ? this.#delay : lastRetry);
      return undefined;
    }
    this.#pump();
    throw new Failure("ChannelOpenFailed", `the server refused a channel: ${error.message}`, {
      reason: error.reason,
      description: error.message,
    });
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
      this.#pump();
    }, ms);
    this.#retry = { timer, at };
  }

  get #inUse(): number {
    return this.#open.size + this.#opening;
  }

  #release(): void {
    this.#opening -= 1;
    this.#pump();
  }

  /** Gives the free places to those who wait longest. */
  #pump(): void {
    while (this.#inUse < this.#limit) {
      const waiter = this.#waiting.shift();
      if (!waiter) return;
      this.#opening += 1;
      waiter.grant();
    }
  }
}
