import { handler } from "./support/handler.ts";
import { inputBytes } from "./support/input-bytes.ts";

export default handler("file.write", async (params, { binary, scope, call }) => {
  const file = scope.files.get(params.file);
  const data = inputBytes("data", params.data, params.encoding, binary);
  await file.write(params.offset, data, call);
  return { bytes: data.length };
});
