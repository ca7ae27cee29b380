import type { Socket } from "node:net";
import type { Session } from "../connection/session.ts";
import type { Address } from "./address.ts";
import { Forward, maxConnections } from "./forward.ts";
import type { ForwardEvents } from "./forward.ts";
import { Listener } from "./listener.ts";

/**
 * Listens on this machine and has the server connect (ssh(1), -L).
 *
 * @throws {Failure} SessionClosed, or ForwardRefused where it can't listen
 */
export async function forwardLocal(
  session: Session,
  bind: Address,
  to: Address,
  events: ForwardEvents,
): Promise<Forward> {
  session.check();
  const forward = new Forward("local", session, to, events);
  return listenFor(forward, bind, (socket) => {
    void forward.carry(socket, to, (call) => session.connect(to, call, tunnelOptions(socket)));
  });
}

/** Has a forward listen on this machine. */
export async function listenFor(
  forward: Forward,
  bind: Address,
  onConnection: (socket: Socket) => void,
): Promise<Forward> {
  const listener = await Listener.open(bind, maxConnections, onConnection, ({ message }) =>
    forward.end({ reason: "listener", message }),
  );
  forward.listening(listener.address, () => listener.close());
  return forward;
}

/** The server is told who asks, as `ssh` tells it. */
export function tunnelOptions({ remoteAddress, remotePort }: Socket) {
  return {
    allowHalfOpen: true,
    ...(remoteAddress !== undefined &&
      remotePort !== undefined && { originator: { address: remoteAddress, port: remotePort } }),
  };
}
