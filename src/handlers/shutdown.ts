import { handler } from "./handler.ts";

export default handler("shutdown", async (_params, { daemon }) => {
  await daemon.close();
  return null;
});
