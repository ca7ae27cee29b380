import { handler } from "./support/handler.ts";

export default handler("file.close", async ({ file }, { scope, call }) => {
  const open = scope.files.get(file);
  scope.files.delete(file);
  await open.close(call);
  return true as const;
});
