import { handler } from "./support/handler.ts";

export default handler("file.truncate", async ({ file, size }, { scope, call }) => {
  await scope.files.get(file).truncate(size, call);
  return true as const;
});
