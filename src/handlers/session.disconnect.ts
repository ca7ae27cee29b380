import { handler } from "./support/handler.ts";

export default handler("session.disconnect", async (params, { scope }) => {
  await scope.sessions.get(params.session).end(params.reason, params.description);
  return true as const;
});
