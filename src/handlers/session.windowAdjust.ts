import { handler } from "./support/handler.ts";

export default handler("session.windowAdjust", ({ token, bytes }, { scope }) => {
  scope.programs.get(token).stream?.grant(bytes);
  return true as const;
});
