import { handler } from "./support/handler.ts";

export default handler("forward.close", async ({ forward, abort }, { scope, call }) => {
  const closed = scope.forwards.take(forward);
  if (closed) await call.race(closed.close(abort));
  return true as const;
});
