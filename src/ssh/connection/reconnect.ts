import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../protocol/errors.ts";
import { pauseAfter } from "./backoff.ts";
import type { Outages } from "./outages.ts";
import type { Session } from "./session.ts";

/** Milliseconds: longer attempts count as this long, as the machine may have slept meanwhile. */
const longestAttempt = 60_000;

/** Refusals in a row of logins by keys: a server that is booting may not have mounted the user's home yet. */
const maxRefusals = 3;

/** How a session's connection is made anew. */
export interface Reconnect {
  /** Names the server and the way there. */
  readonly server: string;
  readonly outages: Outages;
  /**
   * Connects and logs in.
   *
   * @param onAsked told when somebody is asked for it
   * @throws what `connect` does; the signal's reason
   */
  readonly login: (signal: AbortSignal, onAsked: () => void) => Promise<Session>;
}

/** Why a session can't be connected to again. */
export interface GivenUp {
  readonly kind:
    | "ConnectFailed"
    | "ConnectionLost"
    | "HandshakeFailed"
    | "HostKeyRejected"
    | "AuthenticationFailed";
  readonly message: string;
}

/** There will be no other connection. */
export class NoReconnection extends Error {
  override name = "NoReconnection";
  readonly why: GivenUp;

  constructor(why: GivenUp, options?: ErrorOptions) {
    super(why.message, options);
    this.why = why;
  }
}

/** What is known of a session that is lost. */
interface Lost {
  /** How often it was lost again right after it had been connected to. */
  readonly setbacks: number;
  /** Resolves when the session is open that it runs over. @throws {Failure} where that has ended */
  readonly wayReady: () => Promise<void>;
  /** Told what an attempt has met. */
  readonly onFailure: (failure: Failure) => void;
}

/**
 * Connects again, as often as there is hope.
 *
 * @param signal ends it, with its reason
 * @throws {NoReconnection} where it is given up
 */
export async function connectAgain(
  { server, outages, login }: Reconnect,
  { setbacks, wayReady, onFailure }: Lost,
  signal: AbortSignal,
): Promise<Session> {
  const outage = outages.enter(server);
  const hope = new Hope(outages.pauses.altogether);
  const note = (failure: Failure, isAsked = false) => {
    onFailure(failure);
    hope.note(failure, isAsked);
  };
  /** Failures that are this session's own, since the server is there. */
  let failures = setbacks;
  try {
    for (;;) {
      if (failures > 0) await pause(pauseAfter(failures, outages.pauses), signal);
      await wayReady();
      const turn = await outage.turn(signal, note);
      let isAsked = false;
      const asked = () => {
        isAsked = true;
        // The server answers, and a person may take any time: the others needn't wait for that.
        turn.reached();
      };
      try {
        const session = await login(signal, asked);
        turn.reached();
        return session;
      } catch (error) {
        if (signal.aborted || !(error instanceof Failure)) {
          turn.abandoned();
          throw error;
        }
        if (isUnreachable(error)) turn.unreachable(error);
        else {
          turn.reached();
          failures += 1;
        }
        note(error, isAsked);
      }
    }
  } catch (error) {
    throw error instanceof Failure && !signal.aborted ? hopeless(error) : error;
  } finally {
    outage.leave();
  }
}

/** Decides how long it is worth trying. */
class Hope {
  readonly #altogether: number;
  #spent = 0;
  #refusals = 0;
  #since = performance.now();

  constructor(altogether: number) {
    this.#altogether = altogether;
  }

  /** An attempt has failed, this session's or another's. @throws {NoReconnection} */
  note(failure: Failure, isAsked: boolean): void {
    const now = performance.now();
    this.#spent += Math.min(now - this.#since, longestAttempt);
    this.#since = now;
    this.#refusals = failure.kind === "AuthenticationFailed" ? this.#refusals + 1 : 0;
    if (isFinal(failure, isAsked, this.#refusals)) throw hopeless(failure);
    if (this.#spent < this.#altogether) return;
    const minutes = Math.round(this.#altogether / 60_000);
    const message = `it couldn't be connected to again in ${minutes} minutes: ${failure.message}`;
    throw new NoReconnection({ kind: "ConnectFailed", message }, { cause: failure });
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}

/** Whether the failure means that the server isn't there, or isn't yet. */
function isUnreachable({ kind, data }: Failure): boolean {
  if (kind === "ConnectFailed") return true;
  if (kind === "HandshakeFailed") return data["stage"] === "banner";
  return kind === "Timeout" && ["queue", "connect", "banner"].includes(data["phase"] as string);
}

/** Whether another attempt would fail as well, or do harm: too many wrong passwords lock an account. */
function isFinal({ kind, data }: Failure, isAsked: boolean, refusals: number): boolean {
  if (kind === "HostKeyRejected") return true;
  // No algorithm in common.
  if (kind === "HandshakeFailed") return data["algorithm"] !== undefined;
  if (kind !== "AuthenticationFailed") return false;
  const tried = data["tried"] as readonly string[];
  const withSecret = ["password", "keyboard-interactive"].some((method) => tried.includes(method));
  return isAsked || withSecret || refusals >= maxRefusals;
}

function hopeless(failure: Failure): NoReconnection {
  const { kind, message } = failure;
  const why = (told.has(kind) ? kind : "ConnectionLost") as GivenUp["kind"];
  return new NoReconnection(
    { kind: why, message: `it can't be connected to again: ${message}` },
    {
      cause: failure,
    },
  );
}

const told: ReadonlySet<string> = new Set([
  "ConnectFailed",
  "HandshakeFailed",
  "HostKeyRejected",
  "AuthenticationFailed",
]);
