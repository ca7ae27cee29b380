import { handler } from "./support/handler.ts";

export default handler("session.windowAdjust", ({ token, bytes }, { scope }) => {
  scope.calls.grant(token, bytes);
  return true as const;
});
