import type { Cancellation } from "../../protocol/cancellation.ts";
import type { Share } from "./pool.ts";
import { Failure } from "../../protocol/errors.ts";
import type { Dispatched } from "../../protocol/errors.ts";

/** Where a call is, told when its deadline passes or it is cancelled; see docs/protocol/deadlines.md, Phases. */
export type Phase =
  | "connect"
  | "banner"
  | "handshake"
  | "authenticate"
  | "queue"
  | "open"
  | "run"
  | "drain"
  | "transfer";

/** The words for each in an error message. */
const whereabouts: Readonly<Record<Phase, string>> = {
  connect: "connecting",
  banner: "waiting for the server to say that it speaks SSH",
  handshake: "in the key exchange",
  authenticate: "logging in",
  queue: "waiting for its turn",
  open: "waiting for the server to open a channel",
  run: "while the command ran",
  drain: "while output waited to be taken",
  transfer: "in mid-transfer",
};

/** setTimeout's largest value in milliseconds (25 days); a longer deadline counts as none. */
const longestTimer = 2 ** 31 - 1;

interface Racer {
  reject: ((failure: Failure) => void) | undefined;
}

/**
 * One request on its way through the sessions: its deadline, its cancellation, and how far it got.
 * Everything that waits, waits with {@link race}, so that the call ends when it must.
 */
export class Call {
  phase: Phase = "queue";
  dispatched: Dispatched = "no";
  /** Whose call it is: queues take turns between owners. */
  owner: object | undefined;
  /** What its owner may have of output in memory; undefined for no limit. */
  output: Share | undefined;
  #held = 0;
  /** Why the call has ended. */
  #failure: Failure | undefined;
  /** Those that wait with {@link race}. */
  readonly #racers = new Set<Racer>();
  #controller: AbortController | undefined;
  readonly #cancellation: Cancellation;
  readonly #onDeadline: () => void;
  readonly #isDefault: boolean;
  #timeout: number | undefined;
  #deadline: number | undefined;
  #timer: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;
  #idleAfter: number | undefined;
  #hasMoved = false;
  /** Number of the client's answers that it waits for. */
  #questions = 0;
  /** The call that does this one's work together with others'. */
  #leader: Call | undefined;

  /**
   * @param cancellation by the client
   * @param timeout seconds, or `undefined` for none; zero or less has passed already
   * @param startedAt when the request was read, on performance.now()'s clock, in milliseconds
   * @param isDefault the caller hasn't set the timeout: it stands still {@link whileAsking}
   */
  constructor(
    cancellation: Cancellation,
    timeout?: number,
    startedAt: number = performance.now(),
    isDefault = false,
  ) {
    this.#cancellation = cancellation;
    this.#isDefault = isDefault;
    this.#timeout = timeout;
    this.#onDeadline = () =>
      this.#end("Timeout", `timed out after ${shown(this.#timeout)} s, ${this.#whereabouts}`, {
        seconds: this.#timeout,
      });
    const onCancel = () => this.#end("Cancelled", cancellation.reason, {});
    if (cancellation.isRequested) onCancel();
    else cancellation.onRequest(onCancel);
    if (timeout === undefined) return;
    this.#deadline = startedAt + timeout * 1000;
    if (timeout <= 0) this.#onDeadline();
    else this.#startTimer();
  }

  /** Aborted at the deadline or on cancellation; its reason is the {@link Failure}. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#failure) this.#controller.abort(this.#failure);
    return this.#controller.signal;
  }

  /** Whether it has ended already. */
  get hasEnded(): boolean {
    return this.#failure !== undefined;
  }

  /** Throws where the call has ended already. */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Gives what `promise` gives, or throws the call's end if that comes first. */
  race<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const settled = this.onEnd(reject);
      void promise.then(resolve, reject).then(settled);
    });
  }

  /**
   * As {@link race}, for what settles without a promise.
   *
   * @param told of the call's end, which may be at once
   * @returns to be called when it is settled
   */
  onEnd(told: (failure: Failure) => void): () => void {
    const racer: Racer = { reject: told };
    if (this.#failure) told(this.#failure);
    else this.#racers.add(racer);
    return () => {
      // When a Set grows, V8 keeps its old table until it marks the whole heap, and with it what it refers to.
      racer.reject = undefined;
      this.#racers.delete(racer);
    };
  }

  /** As {@link race}, for a wait that isn't for the server: the idle timeout stands still meanwhile. */
  async whileQueued<T>(turn: Promise<T>): Promise<T> {
    this.#hasMoved = true;
    clearTimeout(this.#idle);
    try {
      return await this.race(turn);
    } finally {
      // Undefined if the call was answered meanwhile.
      if (this.#idleAfter !== undefined && !this.#failure) this.startIdle(this.#idleAfter);
    }
  }

  /** As {@link whileQueued}, for the client's answer to a question: a default deadline stands still, too. */
  async whileAsking<T>(answer: Promise<T>): Promise<T> {
    const began = performance.now();
    if (this.#isDefault) this.#stopTimer();
    this.#questions += 1;
    try {
      return await this.whileQueued(answer);
    } finally {
      this.#questions -= 1;
      if (this.#isDefault && this.#deadline !== undefined && !this.#failure) {
        this.#deadline += performance.now() - began;
        this.#startTimer();
      }
    }
  }

  /**
   * Sets another deadline in place of a default one; the caller's own stays.
   *
   * @param timeout seconds from now
   */
  replaceDefault(timeout: number): void {
    if (!this.#isDefault || this.#failure) return;
    this.#stopTimer();
    this.#timeout = timeout;
    this.#deadline = performance.now() + timeout * 1000;
    this.#startTimer();
  }

  /**
   * Also ends the call when nothing moves for a while.
   *
   * @param seconds without {@link progress}
   * @param isExcused called then: whether it is the client, not the server, that nothing moves for
   */
  startIdle(seconds: number, isExcused: () => boolean = () => false): void {
    this.#idleAfter = seconds;
    clearTimeout(this.#idle);
    const idle = () => {
      if (isExcused()) return void this.#idle?.refresh();
      this.#hasMoved = false;
      afterWhatHasCome(() => {
        if (this.#hasMoved || this.#idleAfter === undefined) return;
        const message = `nothing moved for ${shown(seconds)} s, ${this.#whereabouts}`;
        this.#end("Timeout", message, { seconds });
      });
    };
    this.#idle = setTimeout(idle, Math.min(seconds * 1000, longestTimer));
  }

  /** From now on its phase is that of `leader`, which works for it; undefined: its own again. */
  follow(leader: Call | undefined): void {
    this.#leader = leader;
  }

  /** Ends the call for this reason, unless it has ended. */
  endAs(failure: Failure): void {
    if (this.#failure) return;
    this.#failure = failure;
    this.#controller?.abort(failure);
    for (const { reject } of this.#racers) reject?.(failure);
  }

  /**
   * Counts bytes that it keeps in memory until it is answered.
   *
   * @throws {Failure} OutputTooLarge where there is no more room
   */
  hold(bytes: number): void {
    if (!this.output) return;
    if (this.output.take(bytes)) {
      this.#held += bytes;
      return;
    }
    const message = `there is no room for it: this client has ${this.output.held} bytes of output in the shared daemon's memory, as many as it may have beside the other clients; read the replies, have fewer calls at a time, stream the output, or use a daemon of its own`;
    throw new Failure("OutputTooLarge", message, { maxOutput: this.#held });
  }

  /** A byte went or came. */
  progress(): void {
    this.#hasMoved = true;
    this.#idle?.refresh();
  }

  /** Says where the call is; throws where it has ended. */
  enter(phase: Phase): void {
    this.phase = phase;
    this.check();
  }

  /** Ends the bookkeeping; the call itself has been answered. */
  dispose(): void {
    this.output?.give(this.#held);
    this.output = undefined;
    this.#deadline = undefined;
    this.#idleAfter = undefined;
    this.#stopTimer();
    clearTimeout(this.#idle);
    this.#cancellation.onRequest(undefined);
  }

  #startTimer(): void {
    const left = (this.#deadline as number) - performance.now();
    if (left <= 0) this.#onDeadline();
    else if (left <= longestTimer) {
      const timer = setTimeout(
        () => afterWhatHasCome(() => this.#timer === timer && this.#onDeadline()),
        left,
      );
      this.#timer = timer;
    }
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #end(kind: "Timeout" | "Cancelled", message: string, data: Record<string, unknown>): void {
    if (this.#failure) return;
    const { phase } = this.#leader ?? this;
    this.endAs(new Failure(kind, message, { phase, ...data }));
  }

  get #whereabouts(): string {
    if (this.#questions > 0) return "waiting for the client's answer to a question";
    return whereabouts[(this.#leader ?? this).phase];
  }
}

/** Seconds, for a person: 0 is said of 0 alone. */
const shown = (seconds = 0) => Number(seconds.toFixed(3)) || Number(seconds.toPrecision(1));

/** After a process was stopped, timers fire before data that has come is read: this lets the data come first. */
function afterWhatHasCome(task: () => void): void {
  setImmediate(task);
}
