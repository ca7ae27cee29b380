import { setTimeout as sleep } from "node:timers/promises";
import { Cancellation } from "../../protocol/cancellation.ts";
import { Failure } from "../../protocol/errors.ts";
import type { Incoming, ServerListener } from "../connection/channels/server-listeners.ts";
import type { HeldSession } from "../connection/held-session.ts";
import type { Session } from "../connection/session.ts";
import { Call } from "../support/call.ts";
import { shown } from "./address.ts";
import type { Address } from "./address.ts";
import { dial } from "./dial.ts";
import { Forward } from "./forward.ts";
import type { ForwardOwner } from "./forward.ts";

/** Seconds to go on asking for the port after a reconnect: the old connection's sshd may still hold it. */
const patience = 5;

/** Milliseconds until it is asked once more; doubled each time. */
const firstPause = 100;

/**
 * Has the server listen and connects from this machine (ssh(1), -R). Where the session is connected to
 * again, it listens at the same place again, or the forward ends.
 *
 * @throws {Failure} SessionClosed, ForwardRefused, ConnectionLost, or the call's end
 */
export async function forwardRemote(
  held: HeldSession,
  bind: Address,
  to: Address,
  owner: ForwardOwner,
  call: Call,
): Promise<Forward> {
  held.check();
  const forward = new Forward("remote", held, to, owner);
  const listen = (session: Session, where: Address, asking: Call) =>
    session.listen(where, (incoming) => take(forward, to, incoming), asking);
  try {
    let listener = await held.use(call, (session) => listen(session, bind, call));
    const actual = "path" in bind ? bind : { host: bind.host, port: listener.port ?? bind.port };
    const forget = held.onRestore(async (session) => {
      const ask = (asking: Call) => listen(session, actual, asking);
      listener = (await keepAsking(forward, session, ask)) ?? listener;
      if (forward.isOver) await listener.close();
    });
    forward.listening(actual, () => {
      forget();
      return listener.close();
    });
    return forward;
  } catch (error) {
    await forward.close(true);
    throw error;
  }
}

/** Asks the server again until it listens, for `patience` at most; then the forward ends. */
async function keepAsking(
  forward: Forward,
  session: Session,
  ask: (call: Call) => Promise<ServerListener>,
): Promise<ServerListener | undefined> {
  const call = new Call(new Cancellation(), patience);
  let refusal: Failure | undefined;
  try {
    for (let pause = firstPause; !forward.isOver; pause *= 2) {
      try {
        return await ask(call);
      } catch (error) {
        if (!(error instanceof Failure) || error.kind !== "ForwardRefused") throw error;
        refusal = error;
      }
      await call.race(sleep(pause));
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    // If the session was lost again, the next one asks again.
    if (!session.loss) forward.end({ reason: "refused", message: (refusal ?? error).message });
  } finally {
    call.dispose();
  }
  return undefined;
}

/** Connects first: the server is told where that fails, and its client is refused. */
function take(forward: Forward, to: Address, { accept, refuse }: Incoming): void {
  if (!forward.takesMore) return refuse();
  const join = async (call: Call) => {
    const dialing = dial(to);
    try {
      const outbound = await call.race(dialing);
      outbound.on("error", () => {});
      return { inbound: accept(), outbound };
    } catch (error) {
      dialing.then(
        (socket) => socket.destroy(),
        () => {},
      );
      if (error instanceof Failure) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      const text = `can't connect to ${shown(to)}: ${message}`;
      throw new Failure("ConnectFailed", text, { errno: code });
    }
  };
  void forward.carry(undefined, to, join, refuse);
}
