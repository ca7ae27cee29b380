import { defaultConnectTimeout } from "../protocol/limits.ts";
import { connect } from "../ssh/connect.ts";
import { handler } from "./handler.ts";

export default handler(
  "ssh.new",
  async (params, { daemon, call }) => {
    const session = await connect(params, call);
    const { serverIdent, hostKey, authMethod } = session.info;
    return { session: await daemon.sessions.add(session), serverIdent, hostKey, authMethod };
  },
  { timeout: defaultConnectTimeout },
);
