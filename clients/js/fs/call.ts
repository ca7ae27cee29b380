import { patienceFor } from "../daemon.ts";
import type { Payload } from "../rpc/bytes.ts";
import type { Reply } from "../rpc/peer.ts";
import type { Session } from "../session.ts";

/** What every call takes. */
export interface FileOptions {
  /** Seconds for the whole call. Default: none. */
  timeout?: number | undefined;
  /** Aborted, the call is cancelled. */
  signal?: AbortSignal | undefined;
}

/** A call about a session's files. */
export function fileCall(
  session: Session,
  method: string,
  params: object,
  { signal, ...options }: FileOptions = {},
  payload?: Payload,
): Promise<Reply> {
  const patience = patienceFor(options.timeout);
  const all = { session: session.usableHandle(), ...params, ...options };
  return session.daemon.call(method, all, { signal, patience, payload });
}
