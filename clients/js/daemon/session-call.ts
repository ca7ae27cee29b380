import { patienceFor } from "./daemon.ts";
import type { Daemon } from "./daemon.ts";
import type { Payload } from "../rpc/bytes.ts";
import type { Reply } from "../rpc/peer.ts";

/** What every call takes. */
export interface BoundedCall {
  /** Seconds for the whole call. Default: none. */
  timeout?: number | undefined;
  /** Aborted, the call is cancelled. */
  signal?: AbortSignal | undefined;
}

/** What a call on a session needs of it. */
export interface CallableSession {
  /** The daemon that has it. */
  readonly daemon: Daemon;
  /**
   * Its handle in the protocol.
   *
   * @throws {SessionNotFound} it was closed
   */
  usableHandle(): number;
}

/** A call on a session. */
export function sessionCall(
  session: CallableSession,
  method: string,
  params: object,
  { signal, ...options }: BoundedCall = {},
  payload?: Payload,
): Promise<Reply> {
  const patience = patienceFor(options.timeout);
  const all = { session: session.usableHandle(), ...params, ...options };
  return session.daemon.call(method, all, { signal, patience, payload });
}
