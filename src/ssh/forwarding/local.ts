import type { Socket } from "node:net";
import type { Session } from "../connection/session.ts";
import type { Call } from "../support/call.ts";
import type { Address } from "./address.ts";
import { Forward, maxConnections } from "./forward.ts";
import type { ForwardEvents } from "./forward.ts";
import { Listener } from "./listener.ts";

/**
 * Listens on this machine and has the server connect (ssh(1), -L).
 *
 * @throws {Failure} SessionClosed, ForwardRefused where it can't listen, or the call's end
 */
export async function forwardLocal(
  session: Session,
  bind: Address,
  to: Address,
  events: ForwardEvents,
  call: Call,
): Promise<Forward> {
  session.check();
  const forward = new Forward("local", session, to, events);
  return listenFor(forward, bind, call, (socket) => {
    void forward.carry(socket, to, async (opening) => ({
      inbound: socket,
      outbound: await session.connect(to, opening, tunnelOptions(socket)),
    }));
  });
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
    // One that comes about all the same is nobody's.
    listening.then(
      (listener) => listener.close(),
      () => {},
    );
    await forward.close(true);
    throw error;
  }
}

/** The server is told who asks, as `ssh` tells it. */
export function tunnelOptions({ remoteAddress, remotePort }: Socket) {
  return {
    allowHalfOpen: true,
    ...(remoteAddress !== undefined &&
      remotePort !== undefined && { originator: { address: remoteAddress, port: remotePort } }),
  };
}
