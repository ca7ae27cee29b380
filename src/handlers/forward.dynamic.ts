import { forwardDynamic } from "../ssh/forwarding/dynamic.ts";
import { handler } from "./support/handler.ts";

export default handler("forward.dynamic", (params, { scope, client, call }) => {
  const session = scope.sessions.get(params.session);
  return scope.forwards.add(client, (owner) => forwardDynamic(session, params.bind, owner, call));
});
