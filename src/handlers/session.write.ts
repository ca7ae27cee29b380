import { handler } from "./support/handler.ts";
import { inputBytes } from "./support/input-bytes.ts";

export default handler("session.write", async (params, { binary, scope, call }) => {
  const { running } = scope.programs.get(params.token);
  await running.write(inputBytes("data", params.data, params.encoding, binary), call);
  return true as const;
});
