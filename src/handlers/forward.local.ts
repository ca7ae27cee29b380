import { forwardLocal } from "../ssh/forwarding/local.ts";
import { handler } from "./support/handler.ts";

export default handler("forward.local", (params, { scope, client, call }) => {
  const session = scope.sessions.get(params.session);
  return scope.forwards.add(client, (owner) =>
    forwardLocal(session, params.bind, params.to, owner, call),
  );
});
