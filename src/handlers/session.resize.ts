import { handler } from "./support/handler.ts";

export default handler("session.resize", async ({ token, ...size }, { scope, call }) => {
  await scope.calls.program(token).resize(size, call);
  return true as const;
});
