import { handler } from "./support/handler.ts";
import { inputBytes } from "./support/input-bytes.ts";

export default handler("session.write", async (params, { binary, scope, call }) => {
  const program = scope.calls.program(params.token);
  await program.write(inputBytes("data", params.data, params.encoding, binary), call);
  return true as const;
});
