import { handler } from "./support/handler.ts";

export default handler("session.closeStdin", async ({ token }, { scope, call }) => {
  await scope.calls.program(token).closeInput(call);
  return true as const;
});
