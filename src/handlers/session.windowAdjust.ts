import { handler } from "./support/handler.ts";

export default handler("session.windowAdjust", ({ token, bytes }, { daemon }) => {
  daemon.commands.get(token).stream?.grant(bytes);
  return true as const;
});
