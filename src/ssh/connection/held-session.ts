import { Failure } from "../../protocol/errors.ts";
import { afterEnd } from "./after-end.ts";
import type { Call } from "../support/call.ts";
import { within } from "../support/within.ts";
import { connectAgain, NoReconnection } from "./reconnect.ts";
import type { GivenUp, Reconnect } from "./reconnect.ts";
import type { Loss } from "./link.ts";
import type { Session } from "./session.ts";

/** Milliseconds: a connection that is lost sooner than that counts as a failed attempt to reconnect. */
const steady = 30_000;

/** Why a connection was lost, where another one may do. */
export type Interruption = Loss & { readonly kind: Exclude<Loss["kind"], "HostKeyRejected"> };

/** What becomes of a session that its client didn't end. */
export interface SessionEvents {
  /** It is connected to again; one of the other two follows. */
  lost(loss: Interruption): void;
  restored(session: Session): void;
  closed(why: Loss | GivenUp): void;
}

/** Sets up again, on the new connection, what belongs to the session; never rejects, and takes a bounded time. */
type Restore = (session: Session) => Promise<void>;

/** The time between the loss of a session and the next one. */
class Gap {
  readonly over: Promise<void>;
  /** The failure of the last attempt. */
  failure: Failure | undefined;
  readonly loss: Loss;
  end!: (failure?: Failure) => void;

  constructor(loss: Loss) {
    this.loss = loss;
    this.over = new Promise((resolve, reject) => {
      this.end = (failure) => (failure ? reject(failure) : resolve());
    });
    this.over.catch(() => {});
  }

  /** Why there is no session yet, for a call that has waited too long. */
  get story(): string {
    const soFar = this.failure ? `, so far in vain: ${this.failure.message}` : "";
    return `the session was lost (${this.loss.message}) and is being connected to again${soFar}`;
  }
}

/**
 * What a client's handle stands for: a session, and where it is to be connected to again when its
 * connection is lost, those that come after it.
 */
export class HeldSession {
  /** The one that this one runs over. */
  readonly via: HeldSession | undefined;
  /** Forgotten when the session is over, as it holds secrets. */
  #reconnect: Reconnect | undefined;
  readonly #passengers = new Set<HeldSession>();
  readonly #endings = new Set<() => void>();
  readonly #restores = new Set<Restore>();
  readonly #abort = new AbortController();
  #session: Session;
  #events: SessionEvents | undefined;
  #gap: Gap | undefined;
  /** There will be no other session. */
  #isOver = false;
  /** Why it is over, if it was to be connected to again. */
  #closed: Failure | undefined;
  #restoring: Promise<void> | undefined;
  #isToldLost = false;
  #queued = 0;
  #setbacks = 0;
  #restoredAt = -Infinity;

  /** @param options.reconnect where it is to be connected to again */
  constructor(
    session: Session,
    { via, reconnect }: { via?: HeldSession | undefined; reconnect?: Reconnect | undefined } = {},
  ) {
    this.#session = session;
    this.#reconnect = reconnect;
    this.via = via;
    if (via) via.#passengers.add(this);
  }

  /** Begins to tell what becomes of it, to be called once. */
  watch(events: SessionEvents): void {
    this.#events = events;
    this.#watch(this.#session);
  }

  /** Whether it has ended for good. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The session; where it was lost or has ended, the last one. */
  get session(): Session {
    return this.#session;
  }

  get info(): Session["info"] {
    return this.#session.info;
  }

  /** The sessions that run over this one, and end with it. */
  get passengers(): ReadonlySet<HeldSession> {
    return this.#passengers;
  }

  /** For `daemon.status`. */
  get status() {
    const { state, queued, ...status } = this.#session.status;
    return {
      state: this.#gap ? ("lost" as const) : state,
      ...status,
      queued: queued + this.#queued,
    };
  }

  /**
   * Does `work` with the session. What the server has seen nothing of when the connection is lost is
   * done again with the next one.
   *
   * @param patience milliseconds that a lost session is waited for; no bound but the call's by default
   * @throws what `work` throws; SessionClosed, or the call's end, where there is no session meanwhile
   */
  use<T>(call: Call, work: (session: Session) => Promise<T>, patience = Infinity): Promise<T> {
    if (this.#reconnect || this.#closed) return this.#useAny(call, work, patience);
    return work(this.#session);
  }

  async #useAny<T>(
    call: Call,
    work: (session: Session) => Promise<T>,
    patience: number,
  ): Promise<T> {
    for (;;) {
      const session = await this.#current(call, patience);
      try {
        return await work(session);
      } catch (error) {
        if (!this.#isDoneAgain(session, call, error)) throw error;
      }
    }
  }

  /** Resolves when there is a session. @throws {Failure} SessionClosed; the signal's reason */
  async whenOpen(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#check();
    const { over } = this.#gap ?? {};
    if (!over) return this.#session.check();
    await new Promise<void>((resolve, reject) => {
      const abandon = () => reject(signal.reason as Error);
      signal.addEventListener("abort", abandon, { once: true });
      void over.then(resolve, reject).then(() => signal.removeEventListener("abort", abandon));
    });
  }

  /**
   * Has `task` done when there will be no session any more: the last one ends, before what runs on it
   * is signalled, or is lost for good.
   *
   * @returns how to take that back
   */
  onEnd(task: () => void): () => void {
    this.#endings.add(task);
    return () => void this.#endings.delete(task);
  }

  /**
   * Has `task` done with each session that takes a lost one's place.
   *
   * @returns how to take that back
   */
  onRestore(task: Restore): () => void {
    this.#restores.add(task);
    return () => void this.#restores.delete(task);
  }

  /** Throws where there is no session any more. @throws {Failure} SessionClosed */
  check(): void {
    this.#check();
    if (!this.#gap) this.#session.check();
  }

  /** Ends it, those first that run over it; see {@link Session.end}. */
  async end(reason?: number, description?: string): Promise<void> {
    const restoring = this.#finish();
    const { via } = this;
    if (via) via.#passengers.delete(this);
    await Promise.all([this.#session.end(reason, description), ...restoring]);
  }

  /** @returns what has still to come to its end */
  #finish(): Promise<void>[] {
    this.#over(new Failure("SessionClosed", "the session was disconnected"));
    const others = [...this.#passengers].flatMap((passenger) => passenger.#finish());
    return this.#restoring ? [this.#restoring, ...others] : others;
  }

  #over(why: Failure): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reconnect = undefined;
    if (this.#gap) this.#closed = why;
    this.#abort.abort(why);
    this.#gap?.end(why);
    this.#gap = undefined;
    for (const task of this.#endings) task();
    this.#endings.clear();
    this.#restores.clear();
  }

  #check(): void {
    if (!this.#closed) return;
    throw afterEnd(this.#closed);
  }

  async #current(call: Call, patience: number): Promise<Session> {
    for (let gap = this.#gap; gap; gap = this.#gap) {
      call.enter("queue");
      this.#queued += 1;
      try {
        await call.whileQueued(patience === Infinity ? gap.over : atMost(patience, gap));
      } catch (error) {
        if (!(error instanceof Failure) || error.kind !== "Timeout") throw error;
        throw new Failure("Timeout", `${error.message}: ${gap.story}`, error.data);
      } finally {
        this.#queued -= 1;
      }
    }
    this.#check();
    return this.#session;
  }

  /** Whether a call that has failed goes on with another session. */
  #isDoneAgain(session: Session, call: Call, error: unknown): boolean {
    if (!this.#reconnect || this.#isOver || !session.loss) return false;
    const isLoss = error instanceof Failure && ofLoss.has(error.kind);
    return isLoss && call.dispatched === "no" && !call.hasEnded;
  }

  #watch(session: Session): void {
    if (session.loss) this.#ended(session);
    else session.onEnd(() => this.#ended(session));
  }

  #ended(session: Session): void {
    if (this.#isOver) return;
    const { loss } = session;
    if (!this.#reconnect || !loss || !isInterruption(loss) || this.via?.isOver) {
      this.#over(new Failure("SessionClosed", loss?.message ?? "the session was disconnected"));
      if (loss) this.#events?.closed(loss);
      return;
    }
    this.#gap = new Gap(loss);
    if (!this.#isToldLost) this.#events?.lost(loss);
    this.#isToldLost = true;
    const isSetback = performance.now() - this.#restoredAt < steady;
    this.#setbacks = isSetback ? this.#setbacks + 1 : 0;
    this.#restoring = this.#restore(this.#reconnect, this.#gap);
  }

  async #restore(reconnect: Reconnect, gap: Gap): Promise<void> {
    const { signal } = this.#abort;
    const lost = {
      setbacks: this.#setbacks,
      wayReady: async () => this.via?.whenOpen(signal),
      onFailure: (failure: Failure) => (gap.failure = failure),
    };
    try {
      const session = await connectAgain(reconnect, lost, signal);
      if (signal.aborted) await session.end();
      else await this.#resume(session, gap);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof NoReconnection)) throw error;
      this.#over(new Failure("SessionClosed", error.message));
      this.#events?.closed(error.why);
    }
  }

  async #resume(session: Session, gap: Gap): Promise<void> {
    const lost = this.#session;
    this.#session = session;
    // So that it is no longer among the passengers of the session that it ran over.
    void lost.end();
    this.#restoredAt = performance.now();
    this.#gap = undefined;
    this.#watch(session);
    gap.end();
    await Promise.all([...this.#restores].map((restore) => restore(session)));
    if (this.#isOver || this.#session !== session || session.loss) return;
    this.#isToldLost = false;
    this.#events?.restored(session);
  }
}

/** A changed host key is final: that server isn't connected to again. */
function isInterruption(loss: Loss): loss is Interruption {
  return loss.kind !== "HostKeyRejected";
}

/** The errors by which a call notices that the connection was lost. */
const ofLoss: ReadonlySet<string> = new Set(["ConnectionLost", "SessionClosed"]);

/** Resolves with the gap's end. @throws {Failure} ConnectionLost where that takes longer */
async function atMost(ms: number, gap: Gap): Promise<void> {
  if (!(await within(ms, gap.over))) throw new Failure("ConnectionLost", gap.story);
  await gap.over;
}
