import { forwardRemote } from "../ssh/forwarding/remote.ts";
import { handler } from "./support/handler.ts";

export default handler("forward.remote", (params, { scope, client, call }) => {
  const session = scope.sessions.get(params.session);
  return scope.forwards.add(client, (owner) =>
    forwardRemote(session, params.bind, params.to, owner, call),
  );
});
