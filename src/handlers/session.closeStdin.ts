import { handler } from "./support/handler.ts";

export default handler("session.closeStdin", async ({ token }, { daemon, call }) => {
  await daemon.commands.get(token).running.closeInput(call);
  return true as const;
});
