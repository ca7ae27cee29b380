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
  const listener = await session.listen(bind, (incoming) => void take(forward, to, incoming), call);
  const actual = "path" in bind ? bind : { host: bind.host, port: listener.port ?? bind.port };
  forward.listening(actual, () => listener.close());
  return forward;
}

/** Connects first: the server is told where that fails, and its client is refused. */
async function take(forward: Forward, to: Address, { accept, refuse }: Incoming): Promise<void> {
  if (!forward.takesMore) return refuse();
  let socket;
  try {
    socket = await dial(to);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    forward.fail(
      to,
      new Failure("ConnectFailed", `can't connect to ${shown(to)}: ${message}`, { errno: code }),
    );
    return refuse();
  }
  if (!forward.takesMore) {
    socket.destroy();
    return refuse();
  }
  const near = socket;
  await forward.carry(accept(), to, () => Promise.resolve(near));
}
