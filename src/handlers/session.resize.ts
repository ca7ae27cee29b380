import { handler } from "./support/handler.ts";

export default handler("session.resize", async ({ token, ...size }, { scope, call }) => {
  await scope.programs.get(token).running.resize(size, call);
  return true as const;
});
