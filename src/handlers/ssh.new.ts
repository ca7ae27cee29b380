import { defaultConnectTimeout } from "../protocol/limits.ts";
import type { Params } from "../protocol/methods.ts";
import { HeldSession } from "../ssh/connection/held-session.ts";
import type { SessionEvents } from "../ssh/connection/held-session.ts";
import { handler } from "./support/handler.ts";
import type { Context } from "./support/handler.ts";
import { logInAgain } from "./support/log-in-again.ts";
import { logIn } from "./support/log-in.ts";
import type { LoggedIn } from "./support/log-in.ts";

export default handler(
  "ssh.new",
  async (params, context) => {
    const { daemon, scope, client } = context;
    const { session, held, news } = await scope.newSession(() => open(params, context));
    daemon.noteSession();
    held.watch(tellingOf(session, client, news));
    return { session, ...news.told };
  },
  { timeout: defaultConnectTimeout },
);

/** Logs in; the session's handle is given last, so that a failure leaves none. */
async function open(params: Params<"ssh.new">, context: Context) {
  const { scope, call } = context;
  const first = await logIn(params, context);
  const news = { told: first.told };
  const held = new HeldSession(first.session, {
    via: first.via,
    reconnect: params.reconnect
      ? logInAgain(params, context, first, (told) => (news.told = told))
      : undefined,
  });
  return { session: await scope.sessions.add(held, call), held, news };
}

/**
 * The session keeps these callbacks for its whole life. They are made in a function of their own so
 * that they don't keep the call's params, with its secrets, in memory.
 */
function tellingOf(
  session: number,
  client: Context["client"],
  news: { readonly told: LoggedIn["told"] },
): SessionEvents {
  // If the client is gone, that is noticed elsewhere.
  const gone = () => {};
  return {
    lost: (reason) => void client.notify("session/lost", { session, reason }).catch(gone),
    restored: () => void client.notify("session/restored", { session, ...news.told }).catch(gone),
    closed: (reason) => void client.notify("session/closed", { session, reason }).catch(gone),
  };
}
