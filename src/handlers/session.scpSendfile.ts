import { localPath } from "../ssh/support/client-environment.ts";
import { defaultIdleTimeout } from "../protocol/limits.ts";
import { LocalSource } from "../ssh/files/local/source.ts";
import { send } from "../ssh/files/scp/send.ts";
import { handler } from "./support/handler.ts";
import { destPath } from "./support/input-bytes.ts";
import { withProgress } from "./support/transfer-progress.ts";

export default handler("session.scpSendfile", async (params, { binary, scope, client, call }) => {
  const dest = destPath("dest", params.dest, params.destEncoding, binary);
  const held = scope.sessions.get(params.session);
  const { intoDirectory = false, idleTimeout = defaultIdleTimeout } = params;
  const source = await LocalSource.open(localPath(params.source));
  try {
    const mode = params.mode ?? source.mode;
    await withProgress("scpSendfile", params.workDoneToken, client, (progress) =>
      held.use(call, (session) =>
        send(session, { source, dest, mode, intoDirectory, idleTimeout, progress }, call),
      ),
    );
    return true as const;
  } finally {
    await source.close();
  }
});
