import { Failure } from "../../protocol/errors.ts";
import type { Call } from "../support/call.ts";
import { JointCall } from "../support/joint-call.ts";
import type { KeepaliveOptions } from "./keepalive.ts";
import type { Link } from "./link.ts";
import { Session } from "./session.ts";
import type { SessionOptions } from "./session.ts";

/** Milliseconds: a server that has sent a byte within that time is taken to be alive. */
const fresh = 2000;

/** Milliseconds that a silent server has to answer a keepalive. */
const patience = 3000;

/** Connections that stay although nobody uses them; beyond that, the one unused for the longest ends. */
const mostUnused = 1024;

/** A connection as one call wants it. */
export interface Wanted {
  /** The same for all that bear the same on trust and login; see sameness.ts. */
  readonly sameness: string;
  /** Where a lost session is connected to again: the fingerprint that its server had. */
  readonly firstKey: string | undefined;
  /** Whose call it is: what it is asked is for it alone. */
  readonly owner: object;
  /** Seconds for which the connection stays when the session has ended. */
  readonly persist: number;
  readonly options: SessionOptions;
  /** Whether a connection that is there is trusted as one that would be made now. */
  readonly isTrusted: (link: Link, call: Call) => Promise<boolean>;
  /**
   * Connects and logs in.
   *
   * @param onAsked told when the owner is asked something
   */
  readonly login: (call: Call, onAsked: () => void) => Promise<Session>;
}

/**
 * Connections that several sessions may share, and that stay for a while after the last of them. Logins
 * for the same thing at the same time are one.
 */
export class SharedLinks {
  readonly #all = new Set<SharedLink>();
  readonly #mostUnused: number;
  #onEmpty = () => {};
  #last = 0;

  /** @param most how many may stay unused */
  constructor(most = mostUnused) {
    this.#mostUnused = most;
  }

  /** Told whenever there is none left. */
  onEmpty(told: () => void): void {
    this.#onEmpty = told;
  }

  /** How many there are, logins under way included. */
  get size(): number {
    return this.#all.size;
  }

  /**
   * Gives a session on a connection that is there, or on a new one.
   *
   * @throws what `login` throws, or the call's end
   */
  async session(wanted: Wanted, call: Call): Promise<Session> {
    for (;;) {
      const found = [...this.#all].find((each) => each.suits(wanted));
      const session = await (found ?? this.#begin(wanted)).use(wanted, call);
      if (session) return session;
    }
  }

  /** An owner has gone, and with it all of its sessions. */
  async forget(owner: object): Promise<void> {
    await Promise.all([...this.#all].map((each) => each.forget(owner)));
  }

  /** Ends all of them, used or not. */
  async close(): Promise<void> {
    await Promise.all([...this.#all].map((each) => each.close()));
  }

  /** The number of a session's connection, if that may be shared. */
  numberOf(session: Session): number | undefined {
    return [...this.#all].find(({ link }) => link === session.link)?.number;
  }

  /** For `daemon.status`: every one that is open; where an owner is named, of those that it has used. */
  status(owner?: object) {
    return [...this.#all].flatMap((each) => each.status(owner) ?? []);
  }

  #begin(wanted: Wanted): SharedLink {
    this.#last += 1;
    const link = new SharedLink(this.#last, wanted, {
      onUnused: () => this.#endOldest(),
      onEnd: () => {
        this.#all.delete(link);
        if (this.#all.size === 0) this.#onEmpty();
      },
    });
    this.#all.add(link);
    return link;
  }

  /** Ends what has been unused for the longest, if there is too much of it. */
  #endOldest(): void {
    const unused = [...this.#all].filter(({ unusedSince }) => unusedSince !== undefined);
    if (unused.length <= this.#mostUnused) return;
    const since = ({ unusedSince = Infinity }: SharedLink) => unusedSince;
    void unused.reduce((oldest, each) => (since(each) < since(oldest) ? each : oldest)).close();
  }
}

/** Who waits for a login. */
interface Waiter {
  readonly wanted: Wanted;
  /**
   * Called with the session, for the call that logged in; for the others with the connection, or with
   * undefined if they may not use it.
   */
  readonly resolve: (made: Session | Link | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** One shared connection, from the beginning of its login. */
class SharedLink {
  /** Counts up from 1 over the daemon's. */
  readonly number: number;
  readonly #sameness: string;
  readonly #onUnused: () => void;
  readonly #onEnd: () => void;
  readonly #joint = new JointCall();
  readonly #login: Promise<void>;
  readonly #waiting = new Map<Call, Waiter>();
  /** Owners that have had a session on it, and are there still. */
  readonly #owners = new Set<object>();
  /** The owner that was asked something for the login: only that one may use the connection. */
  #askedOf: object | undefined;
  #link: Link | undefined;
  /** How many are about to use it. */
  #held = 0;
  /** No further session is to use it. */
  #isRetired = false;
  #hasEnded = false;
  /** When the last user left, and until when it stays after that, on performance.now()'s clock. */
  #idleSince = performance.now();
  #until = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The last session's keepalive, which goes on when there is no session. */
  #keepalive: KeepaliveOptions;
  #endKeepalive = () => {};
  /** Made here, so that it doesn't keep a call's secrets in memory for as long as the connection is there. */
  readonly #onLeft = () => this.#rest();

  constructor(
    number: number,
    first: Wanted,
    { onUnused, onEnd }: { onUnused: () => void; onEnd: () => void },
  ) {
    this.number = number;
    this.#sameness = first.sameness;
    this.#onUnused = onUnused;
    this.#onEnd = onEnd;
    this.#keepalive = first.options.keepalive;
    this.#joint.owner = first.owner;
    this.#login = this.#start(first);
    this.#login.catch(() => {});
  }

  /** Undefined while the login is under way. */
  get link(): Link | undefined {
    return this.#link;
  }

  /** On performance.now()'s clock; undefined where it is used, or about to be. */
  get unusedSince(): number | undefined {
    const isUsed = !this.#link || this.#link.sessions.size > 0 || this.#held > 0;
    return isUsed ? undefined : this.#idleSince;
  }

  /** Whether a call may be given it, as far as is known at the moment. */
  suits({ sameness, owner, firstKey }: Wanted): boolean {
    const isOthers = this.#askedOf !== undefined && this.#askedOf !== owner;
    const isOtherKey =
      firstKey !== undefined &&
      this.#link !== undefined &&
      this.#link.info.hostKey.fingerprint !== firstKey;
    return sameness === this.#sameness && !isOthers && !isOtherKey && !this.#isRetired;
  }

  /** @returns undefined if it turns out that this call may not use it */
  async use(wanted: Wanted, call: Call): Promise<Session | undefined> {
    this.#held += 1;
    try {
      const made = this.#link ?? (await this.#wait(wanted, call));
      return made instanceof Session || !made ? made : await this.#share(made, wanted, call);
    } finally {
      this.#held -= 1;
      if (this.#link) this.#rest();
    }
  }

  async #share(link: Link, wanted: Wanted, call: Call): Promise<Session | undefined> {
    if (!this.suits(wanted)) return undefined;
    if (!(await wanted.isTrusted(link, call))) this.#isRetired = true;
    else if (!(await call.race(isAlive(link)))) this.#isRetired = true;
    if (!link.isOpen || this.#isRetired) return undefined;
    return this.#adopt(new Session(link, wanted.options), wanted);
  }

  /** Resolves when it has ended, if it was that owner's alone; else at once. */
  async forget(owner: object): Promise<void> {
    this.#owners.delete(owner);
    if (this.#askedOf !== owner) return;
    this.#isRetired = true;
    if (this.#link?.sessions.size === 0) await this.close();
  }

  async close(): Promise<void> {
    this.#isRetired = true;
    this.#joint.endAs(new Failure("Cancelled", "the daemon ends"));
    const link = this.#link;
    this.#end();
    await link?.close();
  }

  status(owner: object | undefined) {
    const link = this.#link;
    if (!link || (owner !== undefined && !this.#owners.has(owner))) return undefined;
    const now = performance.now();
    const sessions = link.sessions.size;
    const idle = sessions === 0 && {
      idle: (now - this.#idleSince) / 1000,
      endsIn: Math.max(0, (this.#until - now) / 1000),
    };
    return { connection: this.number, ...link.status, sessions, ...idle };
  }

  async #start(first: Wanted): Promise<void> {
    // So that the first call waits already when the login begins.
    await Promise.resolve();
    let made: Session;
    try {
      made = await first.login(this.#joint, this.#askedOnBehalf(first.owner));
    } catch (error) {
      this.#end();
      const isRejected = error instanceof Failure && error.kind === "HostKeyRejected";
      for (const { wanted, resolve, reject } of this.#waiting.values()) {
        // The key differs from what this caller saw first; one who saw another, or none, may accept it.
        if (isRejected && wanted.firstKey !== first.firstKey) resolve(undefined);
        else reject(error);
      }
      throw error;
    }
    const { link } = made;
    this.#link = link;
    link.keep(this.#onLeft);
    this.#until = performance.now() + first.persist * 1000;
    let isTaken = false;
    for (const { wanted, resolve } of this.#waiting.values()) {
      if (wanted === first) isTaken = true;
      resolve(wanted === first ? this.#adopt(made, wanted) : link);
    }
    // The call that logged in has ended: the session is nobody's.
    if (!isTaken) await made.end();
    if (this.#hasEnded) await link.close();
  }

  async #wait(wanted: Wanted, call: Call): Promise<Session | Link | undefined> {
    const given = new Promise<Session | Link | undefined>((resolve, reject) => {
      this.#waiting.set(call, { wanted, resolve, reject });
    });
    this.#joint.add(call);
    try {
      return await call.race(given);
    } catch (error) {
      // It was given as the call ended: nobody has it.
      given.then((made) => (made instanceof Session ? made.end() : undefined)).catch(() => {});
      if (call.hasEnded && this.#joint.size === 1) {
        // It was the last that waited: the login ends with it.
        this.#isRetired = true;
        this.#joint.endAs(error as Failure);
        await this.#login;
      }
      throw error;
    } finally {
      this.#waiting.delete(call);
      this.#joint.delete(call);
    }
  }

  /** A method of its own, so that the callback doesn't keep the call's secrets in memory. */
  #askedOnBehalf(owner: object): () => void {
    return () => this.#asked(owner);
  }

  /** What one owner is asked is for it alone: the others log in themselves. */
  #asked(owner: object): void {
    this.#askedOf = owner;
    for (const { wanted, resolve } of this.#waiting.values()) {
      if (wanted.owner !== owner) resolve(undefined);
    }
  }

  #adopt(session: Session, { owner, persist, options }: Wanted): Session {
    clearTimeout(this.#timer);
    this.#endKeepalive();
    this.#keepalive = options.keepalive;
    this.#owners.add(owner);
    session.onEnd(() => {
      this.#until = Math.max(this.#until, performance.now() + persist * 1000);
    });
    return session;
  }

  /** Nobody uses it, or it is lost: it waits, or ends. */
  #rest(): void {
    const link = this.#link;
    if (!link?.isOpen) return this.#end();
    if (link.sessions.size > 0 || this.#held > 0) return;
    const now = performance.now();
    this.#idleSince = now;
    const left = this.#isRetired ? 0 : this.#until - now;
    if (left <= 0) return void this.close();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.close(), left).unref();
    this.#endKeepalive();
    this.#endKeepalive = link.keepalive.watch(this.#keepalive, () =>
      link.lose("the server gives no sign of life", "KeepaliveTimeout"),
    );
    this.#onUnused();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#endKeepalive();
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#isRetired = true;
    this.#onEnd();
  }
}

/** Whether the server still answers: a connection may be dead without anybody having noticed. */
async function isAlive(link: Link): Promise<boolean> {
  const { silence } = link.keepalive;
  return (silence >= 0 && silence < fresh) || link.keepalive.answersWithin(patience);
}
