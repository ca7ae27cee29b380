import { handler } from "./support/handler.ts";

export default handler("session.free", async ({ session }, { daemon }) => {
  await daemon.sessions.free(session);
  return true as const;
});
