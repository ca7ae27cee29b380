import { handler } from "./support/handler.ts";

export default handler("session.closeStdin", async ({ token }, { scope, call }) => {
  await scope.programs.get(token).running.closeInput(call);
  return true as const;
});
