import type { Socket } from "node:net";
import { SocksRequest } from "../../codecs/socks/request.ts";
import type { SocksRefusal } from "../../codecs/socks/request.ts";
import type { Failure } from "../../protocol/errors.ts";
import type { Session } from "../connection/session.ts";
import type { Address } from "./address.ts";
import { Forward } from "./forward.ts";
import type { ForwardEvents } from "./forward.ts";
import { listenFor, tunnelOptions } from "./local.ts";

/** Milliseconds for a client to say where it wants to go. */
const patience = 30_000;

/**
 * Listens on this machine for SOCKS 4, 4a and 5, and has the server connect to what each connection
 * asks for (ssh(1), -D; RFC 1928).
 *
 * @throws {Failure} SessionClosed, or ForwardRefused where it can't listen
 */
export async function forwardDynamic(
  session: Session,
  bind: Address,
  events: ForwardEvents,
): Promise<Forward> {
  session.check();
  const forward = new Forward("dynamic", session, undefined, events);
  return listenFor(forward, bind, (socket) => negotiate(forward, session, socket));
}

function negotiate(forward: Forward, session: Session, socket: Socket): void {
  const request = new SocksRequest((reply) => void socket.write(reply));
  const stop = () => {
    clearTimeout(timer);
    socket.off("data", take).off("end", abandon).off("close", stop);
  };
  const abandon = () => {
    stop();
    socket.destroy();
  };
  const take = (chunk: Buffer) => {
    const step = request.push(chunk);
    if (step.state === "more") return;
    stop();
    socket.pause();
    if (step.state === "refused") return sayGoodbye(socket);
    const { target, rest } = step;
    void forward.carry(
      socket,
      target,
      (call) => session.connect(target, call, tunnelOptions(socket)),
      {
        first: rest,
        granted: () => request.granted(),
        refuse: (failure) => {
          socket.write(request.refused(refusalOf(failure)));
          sayGoodbye(socket);
        },
      },
    );
  };
  const timer = setTimeout(abandon, patience);
  socket.on("error", () => {});
  socket.on("data", take).once("end", abandon).once("close", stop);
}

/** Closes the connection in a way by which the client gets to read the last that was sent to it. */
function sayGoodbye(socket: Socket): void {
  socket.end().resume();
  socket.setTimeout(patience, () => socket.destroy());
}

/** RFC 4254 §5.1's reasons as SOCKS has them. */
function refusalOf({ data }: Failure): SocksRefusal {
  const reason: unknown = data["reason"];
  if (reason === 1) return "notAllowed";
  if (reason === 2) return "refused";
  return "failed";
}
