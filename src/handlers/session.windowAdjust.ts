import { handler } from "./support/handler.ts";

export default handler("session.windowAdjust", ({ token, bytes }, { scope }) => {
  const stream = scope.listings.get(token) ?? scope.programs.get(token).stream;
  stream?.grant(bytes);
  return true as const;
});
