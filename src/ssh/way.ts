import type { Call } from "./call.ts";
import type { Carrier } from "./session.ts";
import { connectTcp } from "./tcp.ts";
import type { Transport } from "./transport.ts";

/** How the server is reached; TCP from this machine where nothing is set. */
export interface Way {
  /** A jump host's session, that connects from there. */
  readonly carrier?: Carrier | undefined;
}

/**
 * Goes the way to the server.
 *
 * @throws {Failure} ConnectFailed, SessionClosed or ConnectionLost of the jump host, or the call's
 *   end; nothing stays open then
 */
export async function openTransport(
  { carrier }: Way,
  { host, port }: { host: string; port: number },
  call: Call,
): Promise<Transport> {
  call.enter("connect");
  if (carrier) return carrier.session.connectTcp(host, port, call);
  return connectTcp(host, port, call);
}
