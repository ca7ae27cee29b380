import { Cancellation } from "../../protocol/cancellation.ts";
import { defaultConnectTimeout } from "../../protocol/limits.ts";
import type { Params } from "../../protocol/methods.ts";
import type { Reconnect } from "../../ssh/connection/reconnect.ts";
import { FirstHostKeys } from "../../ssh/route/first-host-keys.ts";
import { Call } from "../../ssh/support/call.ts";
import { inEnvironment } from "../../ssh/support/client-environment.ts";
import type { Context } from "./handler.ts";
import { logIn, noticing } from "./log-in.ts";
import type { LoggedIn } from "./log-in.ts";

/**
 * How a session that `ssh.new` made is connected to again: as the call says.
 *
 * @param onLogin is given what the client is to be told of the new connection
 */
export function logInAgain(
  params: Params<"ssh.new">,
  { daemon, scope, client }: Omit<Context, "call" | "binary">,
  { session }: LoggedIn,
  onLogin: (told: LoggedIn["told"]) => void,
): Reconnect {
  const firstKeys = new FirstHostKeys(session);
  const { timeout } = params;
  return {
    server: session.info.route,
    outages: daemon.outages,
    async login(signal, onAsked) {
      signal.throwIfAborted();
      const cancellation = new Cancellation();
      const abandon = () => cancellation.request("the session was ended");
      signal.addEventListener("abort", abandon, { once: true });
      const call = new Call(
        cancellation,
        timeout ?? defaultConnectTimeout,
        performance.now(),
        timeout === undefined,
      );
      call.owner = scope;
      try {
        const context = { daemon, scope, client: noticing(client, { onAsked }), call };
        const again = await inEnvironment(scope.environment, () =>
          logIn(params, context, firstKeys),
        );
        onLogin(again.told);
        return again.session;
      } finally {
        signal.removeEventListener("abort", abandon);
        call.dispose();
      }
    },
  };
}
