import type { Incoming } from "../connection/channels/server-listeners.ts";
import type { Session } from "../connection/session.ts";
import { Failure } from "../../protocol/errors.ts";
import type { Call } from "../support/call.ts";
import { shown } from "./address.ts";
import type { Address } from "./address.ts";
import { dial } from "./dial.ts";
import { Forward } from "./forward.ts";
import type { ForwardEvents } from "./forward.ts";

/**
 * Has the server listen and connects from this machine (ssh(1), -R).
 *
 * @throws {Failure} SessionClosed, ForwardRefused, ConnectionLost, or the call's end
 */
export async function forwardRemote(
  session: Session,
  bind: Address,
  to: Address,
  events: ForwardEvents,
  call: Call,
): Promise<Forward> {
  session.check();
  const forward = new Forward("remote", session, to, events);
  try {
    const listener = await session.listen(bind, (incoming) => take(forward, to, incoming), call);
    const actual = "path" in bind ? bind : { host: bind.host, port: listener.port ?? bind.port };
    forward.listening(actual, () => listener.close());
    return forward;
  } catch (error) {
    await forward.close(true);
    throw error;
  }
}

/** Connects first: the server is told where that fails, and its client is refused. */
function take(forward: Forward, to: Address, { accept, refuse }: Incoming): void {
  if (!forward.takesMore) return refuse();
  void forward.carry(undefined, to, async (call) => {
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
      refuse();
      if (error instanceof Failure) throw error;
      const { code, message } = error as NodeJS.ErrnoException;
      const text = `can't connect to ${shown(to)}: ${message}`;
      throw new Failure("ConnectFailed", text, { errno: code });
    }
  });
}
