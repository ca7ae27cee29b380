import { patienceFor } from "./daemon.ts";
import type { Payload } from "./rpc/bytes.ts";
import type { Reply } from "./rpc/peer.ts";
import type { Session } from "./session.ts";

/** What every call takes. */
export interface BoundedCall {
  /** Seconds for the whole call. Default: none. */
  timeout?: number | undefined;
  /** Aborted, the call is cancelled. */
  signal?: AbortSignal | undefined;
}

/** A call on a session. */
export function sessionCall(
  session: Session,
  method: string,
  params: object,
  { signal, ...options }: BoundedCall = {},
  payload?: Payload,
): Promise<Reply> {
  const patience = patienceFor(options.timeout);
  const all = { session: session.usableHandle(), ...params, ...options };
  return session.daemon.call(method, all, { signal, patience, payload });
}
