import type { Socket } from "node:net";
import { SocksRequest } from "../../codecs/socks/request.ts";
import type { SocksRefusal, SocksTarget } from "../../codecs/socks/request.ts";
import { Failure } from "../../protocol/errors.ts";
import type { HeldSession } from "../connection/held-session.ts";
import type { Call } from "../support/call.ts";
import type { Address } from "./address.ts";
import { Forward } from "./forward.ts";
import type { ForwardOwner } from "./forward.ts";
import { connectFor, listenFor } from "./local.ts";

/** Milliseconds for a client to say where it wants to go. */
const patience = 30_000;

/**
 * Listens on this machine for SOCKS 4, 4a and 5, and has the server connect to what each connection
 * asks for (ssh(1), -D; RFC 1928).
 *
 * @throws {Failure} SessionClosed, ForwardRefused where it can't listen, or the call's end
 */
export async function forwardDynamic(
  session: HeldSession,
  bind: Address,
  owner: ForwardOwner,
  call: Call,
): Promise<Forward> {
  session.check();
  const forward = new Forward("dynamic", session, undefined, owner);
  return listenFor(forward, bind, call, (socket) => {
    void forward.carry(socket, undefined, (opening) => join(forward, session, socket, opening));
  });
}

/** Reads the client's SOCKS request, and has the server connect. */
async function join(forward: Forward, session: HeldSession, socket: Socket, call: Call) {
  const request = new SocksRequest((reply) => void socket.write(reply));
  const asked = await call.race(negotiate(socket, request));
  if (!asked) return undefined;
  const { target, rest } = asked;
  try {
    const outbound = await connectFor(socket, session, target, call);
    socket.write(request.granted());
    // Written, and not put back with unshift(): the socket may have emitted `end` already.
    if (rest.length > 0) outbound.write(rest);
    return { inbound: socket, outbound };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    forward.fail(target, error);
    socket.write(request.refused(refusalOf(error)));
    sayGoodbye(socket);
    return undefined;
  }
}

/** @returns undefined if there is no valid request; the connection is being closed then */
function negotiate(
  socket: Socket,
  request: SocksRequest,
): Promise<{ target: SocksTarget; rest: Buffer } | undefined> {
  return new Promise((resolve) => {
    const done = (asked?: { target: SocksTarget; rest: Buffer }) => {
      clearTimeout(timer);
      socket.off("data", take).off("end", abandon).off("close", abandon);
      socket.pause();
      resolve(asked);
    };
    const abandon = () => {
      done();
      socket.destroy();
    };
    const take = (chunk: Buffer) => {
      const step = request.push(chunk);
      if (step.state === "request") done(step);
      else if (step.state === "refused") {
        done();
        sayGoodbye(socket);
      }
    };
    const timer = setTimeout(abandon, patience);
    socket.on("data", take).once("end", abandon).once("close", abandon);
  });
}

/** Closes the connection so that the client can still read the last bytes sent to it. */
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
