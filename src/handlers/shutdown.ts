import { handler } from "./support/handler.ts";

export default handler("shutdown", async (_params, { scope }) => {
  await scope.close();
  return null;
});
