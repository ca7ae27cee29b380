import { defaultIdleTimeout } from "../protocol/limits.ts";
import { memorySource } from "../ssh/local-source.ts";
import { send } from "../ssh/scp-send.ts";
import { handler } from "./handler.ts";
import { inputBytes } from "./input-bytes.ts";

export default handler("session.scpSend", async (params, { daemon, call }) => {
  const session = daemon.sessions.get(params.session);
  const { dest, mode = 0o644, idleTimeout = defaultIdleTimeout } = params;
  const source = memorySource(inputBytes("data", params.data, params.encoding));
  await send(session, { source, dest, mode, idleTimeout }, call);
  return true as const;
});
