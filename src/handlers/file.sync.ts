import { handler } from "./support/handler.ts";

export default handler("file.sync", async ({ file }, { scope, call }) => {
  await scope.files.get(file).sync(call);
  return true as const;
});
