import { handler } from "./support/handler.ts";

export default handler("shutdown", async (_params, { daemon }) => {
  await daemon.close();
  return null;
});
