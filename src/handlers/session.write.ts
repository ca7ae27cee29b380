import { handler } from "./support/handler.ts";
import { inputBytes } from "./support/input-bytes.ts";

export default handler("session.write", async (params, { binary, daemon, call }) => {
  const { running } = daemon.commands.get(params.token);
  await running.write(inputBytes("data", params.data, params.encoding, binary), call);
  return true as const;
});
