import { handler } from "./support/handler.ts";

export default handler("session.signal", async ({ token, signal }, { scope, call }) => {
  await scope.calls.program(token).signal(signal, call);
  return true as const;
});
