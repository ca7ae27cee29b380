import { handler } from "./support/handler.ts";

export default handler("file.truncate", async ({ file, size }, { daemon, call }) => {
  await daemon.files.get(file).truncate(size, call);
  return true as const;
});
