import { handler } from "./support/handler.ts";

export default handler("session.signal", async ({ token, signal }, { scope, call }) => {
  await scope.programs.get(token).running.signal(signal, call);
  return true as const;
});
