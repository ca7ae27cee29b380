import { handler } from "./support/handler.ts";

export default handler("file.sync", async ({ file }, { daemon, call }) => {
  await daemon.files.get(file).sync(call);
  return true as const;
});
