import { loadHandler } from "../../handlers/load.ts";
import type { Handler } from "../../handlers/support/handler.ts";
import { invalidRequest } from "../../protocol/invalid-request.ts";
import type { MethodName } from "../../protocol/methods.ts";

/**
 * Gives the handlers of a client for which a shared daemon has no room: whatever it asks for, it is told
 * so. `daemon.status` is answered, since `sshrpc status` and `sshrpc stop` need it.
 *
 * @param clients how many there are
 * @param onAsked told of each request, which is answered then
 */
export function refusing(
  clients: number,
  onAsked: () => void,
): (method: MethodName) => Promise<Handler> {
  return async (method) => {
    onAsked();
    if (method === "daemon.status") return loadHandler(method);
    throw invalidRequest(
      `the shared daemon has ${clients} clients, as many as it takes: end programs that nobody needs, or use a daemon of one's own`,
    );
  };
}
