import type { Socket } from "node:net";
import type { HeldSession } from "../connection/held-session.ts";
import type { Target } from "../connection/channels/tunnels.ts";
import type { Transport } from "../flow/transport.ts";
import type { Call } from "../support/call.ts";
import type { Address } from "./address.ts";
import { Forward, maxConnections, sessionPatience } from "./forward.ts";
import type { ForwardOwner } from "./forward.ts";
import { Listener } from "./listener.ts";

/**
 * Listens on this machine and has the server connect (ssh(1), -L).
 *
 * @throws {Failure} SessionClosed, ForwardRefused where it can't listen, or the call's end
 */
export async function forwardLocal(
  session: HeldSession,
  bind: Address,
  to: Address,
  owner: ForwardOwner,
  call: Call,
): Promise<Forward> {
  session.check();
  const forward = new Forward("local", session, to, owner);
  return listenFor(forward, bind, call, (socket) => {
    void forward.carry(socket, to, async (opening) => ({
      inbound: socket,
      outbound: await connectFor(socket, session, to, opening),
    }));
  });
}

/** Has the server connect, for who has connected here; a session that was lost is waited for. */
export function connectFor(
  socket: Socket,
  held: HeldSession,
  to: Target,
  call: Call,
): Promise<Transport> {
  const options = tunnelOptions(socket);
  return held.use(call, (session) => session.connect(to, call, options), sessionPatience);
}

/** Has a forward listen on this machine. */
export async function listenFor(
  forward: Forward,
  bind: Address,
  call: Call,
  onConnection: (socket: Socket) => void,
): Promise<Forward> {
  const listening = Listener.open(bind, maxConnections, onConnection, ({ message }) =>
    forward.end({ reason: "listener", message }),
  );
  try {
    const listener = await call.race(listening);
    forward.listening(listener.address, () => listener.close());
    return forward;
  } catch (error) {
    // The call has ended: if it listens all the same, it is closed.
    listening.then(
      (listener) => listener.close(),
      () => {},
    );
    await forward.close(true);
    throw error;
  }
}

/** The server is told who asks, as `ssh` tells it. */
function tunnelOptions({ remoteAddress, remotePort }: Socket) {
  if (remoteAddress === undefined || remotePort === undefined) return { allowHalfOpen: true };
  return { allowHalfOpen: true, originator: { address: remoteAddress, port: remotePort } };
}
