import { defaultConnectTimeout } from "../protocol/limits.ts";
import { HeldSession } from "../ssh/connection/held-session.ts";
import { handler } from "./support/handler.ts";
import { logInAgain } from "./support/log-in-again.ts";
import { logIn } from "./support/log-in.ts";

export default handler(
  "ssh.new",
  async (params, context) => {
    const { daemon, scope, client, call } = context;
    const first = await scope.newSession(() => logIn(params, context));
    let { told } = first;
    const held = new HeldSession(first.session, {
      via: first.via,
      reconnect: params.reconnect
        ? logInAgain(params, context, first, (again) => (told = again))
        : undefined,
    });
    const session = await scope.sessions.add(held, call);
    daemon.noteSession();
    // A client that is gone ends the daemon by other ways.
    const gone = () => {};
    held.watch({
      lost: (reason) => void client.notify("session/lost", { session, reason }).catch(gone),
      restored: () => void client.notify("session/restored", { session, ...told }).catch(gone),
      closed: (reason) => void client.notify("session/closed", { session, reason }).catch(gone),
    });
    return { session, ...told };
  },
  { timeout: defaultConnectTimeout },
);
