import { handler } from "./support/handler.ts";

export default handler("session.free", async ({ session }, { scope }) => {
  await scope.sessions.free(session);
  return true as const;
});
