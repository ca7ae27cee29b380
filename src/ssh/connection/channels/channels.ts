import { Failure } from "../../../protocol/errors.ts";
import { maxCommand } from "../../../protocol/limits.ts";
import type { Call } from "../../support/call.ts";
import { ChannelsAhead, defaultIdleTime } from "./ahead.ts";
import { SessionChannel } from "./channel.ts";
import { SessionLimit } from "./session-limit.ts";
import { ServerListeners } from "./server-listeners.ts";
import { Tunnels } from "./tunnels.ts";
import type { WrapTunnel } from "./tunnels.ts";
import { OpenRefused } from "../../ssh2/opening.ts";
import type { RawSessionChannel } from "../../ssh2/raw-session-channel.ts";
import type { SshConnection } from "../../ssh2/ssh-connection.ts";
import { atTurnEnd } from "../../flow/turn-end.ts";
import { turnSize } from "../../flow/turns.ts";

/** RFC 4254 §5.1. OpenSSH refuses with the first of them where MaxSessions is reached. */
const connectFailed = 2;
const resourceShortage = 4;

/**
 * Milliseconds that a place may stay taken when its channel has closed: OpenSSH frees it when it
 * has reaped the command, and a moment before that refuses who comes next.
 */
const lingering = 1000;
/** Milliseconds after which OpenSSH has mostly freed the place: until then, nothing is opened in it. */
const clearing = 2;

/** Seconds that an open may stay unanswered before others are tried beside it. */
const defaultPatience = 1;
/** The same as a multiple of the time that the last answer took; the longer of the two counts. */
const patienceFactor = 4;
/** The patience is doubled with each open that isn't answered, up to so many seconds. */
const longestPatience = 60;
/** For a close it is so many times longer: OpenSSH answers it when the command has ended. */
const closeFactor = 10;

/** Bytes of a command that may wait in the socket: its request, and the input of one turn. */
const unsentOfCommand = maxCommand + turnSize;
/** The same for a tunnel: a write that waits for the window is sent when that opens, as far as it goes. */
const unsentOfTunnel = 2 * 1024 * 1024 + turnSize;

interface Waiter {
  readonly owner: object;
  readonly call: Call;
  readonly give: (channel: SessionChannel) => void;
  readonly fail: (failure: Failure) => void;
}

/** An open that the server hasn't answered. */
interface Opening {
  /** No other channel can be in its way. */
  readonly alone: boolean;
  /** No call waited for it. */
  readonly ahead: boolean;
  /** On performance.now()'s clock. */
  readonly askedAt: number;
  timer?: NodeJS.Timeout;
}

/** Wraps what opens, each kind of channel its own way. */
interface Makers {
  /** @param took milliseconds until the server had opened it */
  readonly session: (channel: RawSessionChannel, took: number) => SessionChannel;
  readonly tunnel: WrapTunnel;
}

/**
 * The one place where channels are opened. With session channels it keeps to what the server
 * allows, which it learns from refusals: a call that finds none free waits its turn and does not
 * fail. Whatever channel opens is the first call's in the queue, whoever it was opened for; where
 * several sessions use the connection, the first one's of the session that has the fewest, and of
 * those of the one that has waited longest.
 */
export class Channels {
  readonly listeners: ServerListeners;
  readonly #connection: SshConnection;
  readonly #wrap: Makers["session"];
  readonly #limit: SessionLimit;
  readonly #ahead: ChannelsAhead;
  readonly #wrapTunnel: WrapTunnel;
  readonly #tunnels = new Set<Tunnels>();
  /** Those that calls have, with the session whose calls these are. No Map, for what roster.ts says of a Set. */
  readonly #used: { readonly channel: SessionChannel; readonly owner: object }[] = [];
  /** When each session was last given one. */
  readonly #given = new WeakMap<object, number>();
  #gifts = 0;
  /** Used ones that the server hasn't closed, but that nobody waits for any more. */
  readonly #abandoned = new WeakSet<SessionChannel>();
  /** Given back or closed; the server may not have cleared their places yet. */
  readonly #leaving = new Set<SessionChannel>();
  /** Calls that wait for a channel, the first first. For as many of them as `#opening` has, an open is under way. */
  readonly #waiting: Waiter[] = [];
  readonly #opening = new Set<Opening>();
  /** Opens and closes that the server seems to have lost; it may yet answer. */
  readonly #overdue = new Set<Opening | SessionChannel>();
  readonly #most: number;
  /** Milliseconds, as is the next. */
  readonly #shortestPatience: number;
  #patience: number;
  #lastLeft = -Infinity;
  readonly #onShortage = new Set<() => void>();
  #isReplenishing = false;
  #lost: Failure | undefined;

  /**
   * @param options.most session channels, never to be exceeded, whatever the server takes
   * @param options.idleTime seconds until channels ahead that no call needs are given back
   * @param options.patience seconds after which an open that isn't answered is no longer counted on
   */
  constructor(
    connection: SshConnection,
    make: Makers,
    {
      most = Infinity,
      idleTime = defaultIdleTime,
      patience = defaultPatience,
    }: { most?: number | undefined; idleTime?: number; patience?: number } = {},
  ) {
    this.#most = most;
    this.#shortestPatience = patience * 1000;
    this.#patience = this.#shortestPatience;
    this.#connection = connection;
    this.#wrap = make.session;
    this.#wrapTunnel = make.tunnel;
    this.listeners = new ServerListeners(connection, this.makeTunnels());
    this.#limit = new SessionLimit(most, () => this.#pump());
    this.#ahead = new ChannelsAhead((channel) => this.#giveBack(channel), idleTime);
    // A server that bears only one is known for what goes wrong between an open and its request.
    if (most === 1) this.#ahead.stop();
  }

  /** Session channels that a session's calls have at the moment. */
  usedBy(owner: object): SessionChannel[] {
    return this.#used.filter((each) => each.owner === owner).map(({ channel }) => channel);
  }

  /** Those tunnels that are one session's; they count here. */
  makeTunnels(): Tunnels {
    const tunnels = new Tunnels(this.#connection, this.#wrapTunnel);
    this.#tunnels.add(tunnels);
    return tunnels;
  }

  /**
   * A session leaves the connection, which goes on: its calls wait no longer. What the server hasn't
   * closed keeps its place for a while.
   */
  leave(owner: object, tunnels: Tunnels, failure: Failure): void {
    this.#tunnels.delete(tunnels);
    for (const waiter of this.#waiting.filter((each) => each.owner === owner)) {
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      waiter.fail(failure);
    }
    for (const channel of this.usedBy(owner)) {
      this.#abandoned.add(channel);
      channel.close();
      channel.fail(failure);
    }
  }

  /** How many more calls could have one, as far as is known; those that are open ahead count. */
  get spare(): number {
    return Math.max(0, this.#limit.proven - this.#inUse + this.#ahead.size - this.queued);
  }

  /**
   * `told` is called when a call waits and there is no room: whoever can spare a channel closes it.
   *
   * @returns how to take that back
   */
  onShortage(told: () => void): () => void {
    this.#onShortage.add(told);
    return () => void this.#onShortage.delete(told);
  }

  /** How many channels of either kind are in use. */
  get count(): number {
    return this.#used.length + this.#tunnelCount;
  }

  /** Whether there are several sessions: each has tunnels, and the agent. */
  get #isShared(): boolean {
    return this.#tunnels.size > 2;
  }

  get #tunnelCount(): number {
    let count = 0;
    for (const tunnels of this.#tunnels) count += tunnels.count;
    return count;
  }

  /** Bytes that calls may have written which haven't left yet, as far as they come from these channels. */
  get mostUnsent(): number {
    return this.#used.length * unsentOfCommand + this.#tunnelCount * unsentOfTunnel;
  }

  /** Session channels that are open and wait for a call. */
  get ahead(): number {
    return this.#ahead.size;
  }

  /** Whether there is never more than one. */
  get takesOne(): boolean {
    return this.#most === 1;
  }

  /** Whether the server owes an answer to an open that no call needed. */
  get opensAhead(): boolean {
    return [...this.#opening].some(({ ahead }) => ahead);
  }

  /** Calls that wait until a channel can be opened for them. */
  get queued(): number {
    return Math.max(0, this.#waiting.length - this.#opening.size);
  }

  /** Those of them that are one session's. */
  queuedBy(owner: object): number {
    return this.#waiting.slice(this.#opening.size).filter((each) => each.owner === owner).length;
  }

  /**
   * Gives a channel: one that was opened ahead, or as soon as the server has room for one; of a
   * session's calls the first come is the first served.
   *
   * @param owner the session
   * @param isExtra the caller could do without: it doesn't count as demand for channels
   * @throws {Failure} ChannelOpenFailed, ConnectionLost, or the call's end
   */
  async acquire(call: Call, owner: object = this, isExtra = false): Promise<SessionChannel> {
    call.enter("queue");
    if (this.#lost) throw this.#lost;
    const ready = isExtra ? this.#ahead.lend() : this.#ahead.take();
    this.#replenish();
    if (!ready) return this.#wait(call, owner);
    call.phase = "open";
    this.#used.push({ channel: ready, owner });
    return ready;
  }

  /** The connection is gone: ends every channel and every wait. */
  fail(failure: Failure): void {
    this.#lost = failure;
    this.#limit.stop();
    for (const tunnels of this.#tunnels) tunnels.fail(failure);
    this.listeners.fail(failure);
    for (const channel of this.#ahead.stop()) channel.fail(failure);
    for (const { channel } of this.#used) channel.fail(failure);
    for (const channel of this.#leaving) channel.fail(failure);
    this.#used.length = 0;
    this.#leaving.clear();
    for (const { timer } of this.#opening) clearTimeout(timer);
    for (const lost of this.#overdue) if (lost instanceof SessionChannel) lost.fail(failure);
    for (const waiter of this.#waiting.splice(0)) waiter.fail(failure);
  }

  async #wait(call: Call, owner: object): Promise<SessionChannel> {
    let waiter!: Waiter;
    const given = new Promise<SessionChannel>((give, fail) => {
      waiter = { owner, call, give, fail };
    });
    this.#waiting.push(waiter);
    this.#pump();
    try {
      return await call.race(given);
    } catch (error) {
      const place = this.#waiting.indexOf(waiter);
      if (place !== -1) this.#waiting.splice(place, 1);
      else {
        // The channel was given as the call ended: it is unused, and goes to another.
        given.then(
          (channel) => {
            this.#release(channel);
            if (channel.isOpen) this.#keep(channel);
          },
          () => {},
        );
      }
      this.#tellPhases();
      throw error;
    }
  }

  /** Opens what waiting calls need, as far as there is room. */
  #pump(): void {
    while (this.#opening.size < this.#waiting.length && this.#hasRoom) this.#open(false);
    if (this.#opening.size < this.#waiting.length) for (const told of this.#onShortage) told();
    this.#tellPhases();
    this.#replenish();
  }

  get #hasRoom(): boolean {
    return this.#inUse < this.#limit.current && this.#inUse + this.#overdue.size < this.#most;
  }

  /** Opens channels ahead when the calls of this moment have sent what they have to send. */
  #replenish(): void {
    if (this.#isReplenishing || !this.#isShort) return;
    this.#isReplenishing = true;
    atTurnEnd(() => {
      this.#isReplenishing = false;
      if (this.#waiting.length > 0 || this.#lost) return;
      while (this.#isShort && this.#inUse < this.#limit.proven) this.#open(true);
    });
  }

  /** Whether there are fewer channels ahead, those being opened included, than are wanted. */
  get #isShort(): boolean {
    return this.#ahead.size + this.#opening.size < this.#ahead.wanted;
  }

  #open(ahead: boolean): void {
    const askedAt = performance.now();
    const alone = this.#inUse + this.#overdue.size === 0 && askedAt - this.#lastLeft > lingering;
    const opening: Opening = { alone, ahead, askedAt };
    this.#opening.add(opening);
    opening.timer = setTimeout(() => this.#giveUp(opening), this.#patience).unref();
    this.#connection.openSession().then(
      (channel) => {
        const took = this.#answered(opening);
        this.#opened(this.#wrap(channel, took));
      },
      (error: unknown) => {
        this.#answered(opening);
        this.#notOpened(error, opening);
      },
    );
  }

  /** Has calls no longer wait for it; when it is answered it is as good as any. */
  #giveUp(opening: Opening): void {
    this.#opening.delete(opening);
    this.#overdue.add(opening);
    this.#patience = Math.min(this.#patience * 2, longestPatience * 1000);
    this.#pump();
  }

  /** @returns milliseconds that it took */
  #answered(opening: Opening): number {
    clearTimeout(opening.timer);
    this.#opening.delete(opening);
    this.#overdue.delete(opening);
    const took = performance.now() - opening.askedAt;
    const patience = Math.max(this.#shortestPatience, took * patienceFactor);
    this.#patience = Math.min(patience, longestPatience * 1000);
    return took;
  }

  #opened(channel: SessionChannel): void {
    if (this.#lost) {
      channel.fail(this.#lost);
      return;
    }
    const left = () => this.#left(channel);
    channel.closed.then(left, left);
    channel.onClose(() => this.#closing(channel));
    this.#keep(channel);
    const open = this.#used.length + this.#ahead.size;
    this.#limit.opened(open, this.#waiting.length > this.#opening.size);
    this.#pump();
  }

  /** Gives a channel that no call has used to the next that waits; else it stays open, ahead. */
  #keep(channel: SessionChannel): void {
    const next = this.#next();
    if (next) {
      this.#used.push({ channel, owner: next.owner });
      next.give(channel);
    } else this.#ahead.put(channel);
  }

  /** Takes who is next out of the queue. */
  #next(): Waiter | undefined {
    const [first] = this.#waiting;
    if (!first || !this.#isShared) return this.#waiting.shift();
    const counts = new Map<object, number>();
    for (const { owner } of this.#used) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    const rank = ({ owner }: Waiter) => [counts.get(owner) ?? 0, this.#given.get(owner) ?? 0];
    const next = this.#waiting.reduce((best, each) =>
      isLess(rank(each), rank(best)) ? each : best,
    );
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    this.#given.set(next.owner, (this.#gifts += 1));
    return next;
  }

  #notOpened(error: unknown, { alone, ahead }: Opening): void {
    if (this.#lost) return;
    const refused = error instanceof OpenRefused ? error : undefined;
    const full = refused?.reason === connectFailed || refused?.reason === resourceShortage;
    if (full && !alone) this.#limit.refused(this.#inUse);
    // A server that doesn't like channels ahead isn't asked for them again, and no call fails of it.
    else if (ahead) for (const channel of this.#ahead.stop()) this.#giveBack(channel);
    else this.#waiting.shift()?.fail(notOpened(refused));
    this.#pump();
  }

  /** Our side of a channel is closed: it isn't counted for ever, should the server never close its own. */
  #closing(channel: SessionChannel): void {
    const timer = setTimeout(() => {
      if (!this.#release(channel)) return;
      this.#overdue.add(channel);
      this.#pump();
    }, this.#shortestPatience * closeFactor).unref();
    const settled = () => clearTimeout(timer);
    channel.closed.then(settled, settled);
  }

  #left(channel: SessionChannel): void {
    this.#overdue.delete(channel);
    this.#lastLeft = performance.now();
    if (this.#abandoned.has(channel) && this.#release(channel)) {
      return this.#linger(channel, lingering);
    }
    // The server has closed one that no call had taken; another is opened when a call needs it.
    if (this.#ahead.drop(channel)) return;
    const isFull = this.#limit.isReached(this.#inUse);
    if (this.#release(channel)) this.#ahead.ended();
    this.#leaving.delete(channel);
    if (isFull) this.#linger(channel, clearing);
    else this.#pump();
  }

  #giveBack(channel: SessionChannel): void {
    channel.close();
    // Some servers never answer where nothing was requested.
    this.#linger(channel, lingering);
  }

  /** Counts a channel as taking its place for a while more: it may have done so in the server. */
  #linger(channel: SessionChannel, ms: number): void {
    this.#leaving.add(channel);
    setTimeout(() => {
      if (this.#leaving.delete(channel) && !this.#lost) this.#pump();
    }, ms).unref();
  }

  /** A call has it no longer. @returns whether one had it */
  #release(channel: SessionChannel): boolean {
    const at = this.#used.findIndex((each) => each.channel === channel);
    if (at !== -1) this.#used.splice(at, 1);
    return at !== -1;
  }

  get #inUse(): number {
    return this.#used.length + this.#leaving.size + this.#ahead.size + this.#opening.size;
  }

  /** Has each call know what it waits for: a channel that is being opened for it, or a place in the queue. */
  #tellPhases(): void {
    for (const [n, { call }] of this.#waiting.slice(0, this.#opening.size + 1).entries()) {
      call.phase = n < this.#opening.size ? "open" : "queue";
    }
  }
}

function isLess([a = 0, b = 0]: number[], [c = 0, d = 0]: number[]): boolean {
  return a < c || (a === c && b < d);
}

/** A hint for the user, where OpenSSH's message is only "open failed". */
function hintOf({ message }: OpenRefused): string {
  return /^(?:open failed)?$/.test(message)
    ? " (MaxSessions of its sshd_config says how many sessions there may be)"
    : "";
}

function notOpened(refused: OpenRefused | undefined): Failure {
  return refused
    ? new Failure(
        "ChannelOpenFailed",
        `the server refused a channel: ${refused.message}${hintOf(refused)}`,
        {
          reason: refused.reason,
          description: refused.message,
        },
      )
    : new Failure("ChannelOpenFailed", "the server closed the channel as it was opened");
}
