import { handler } from "./support/handler.ts";

export default handler("file.close", async ({ file }, { daemon, call }) => {
  const open = daemon.files.get(file);
  daemon.files.delete(file);
  await open.close(call);
  return true as const;
});
