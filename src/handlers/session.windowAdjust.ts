import { handler } from "./support/handler.ts";

export default handler("session.windowAdjust", ({ token, bytes }, { daemon }) => {
  const stream = daemon.listings.get(token) ?? daemon.commands.get(token).stream;
  stream?.grant(bytes);
  return true as const;
});
