import { defaultIdleTimeout } from "../protocol/limits.ts";
import { LocalSource } from "../ssh/local-source.ts";
import { send } from "../ssh/scp-send.ts";
import { handler } from "./handler.ts";

export default handler("session.scpSendfile", async (params, { daemon, call }) => {
  const session = daemon.sessions.get(params.session);
  const { dest, idleTimeout = defaultIdleTimeout } = params;
  const source = await LocalSource.open(params.source);
  try {
    const mode = params.mode ?? source.mode;
    await send(session, { source, dest, mode, idleTimeout }, call);
    return true as const;
  } finally {
    await source.close();
  }
});
