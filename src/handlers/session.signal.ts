import { handler } from "./support/handler.ts";

export default handler("session.signal", async ({ token, signal }, { daemon, call }) => {
  await daemon.commands.get(token).running.signal(signal, call);
  return true as const;
});
