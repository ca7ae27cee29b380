import { defaultIdleTimeout } from "../protocol/limits.ts";
import { memorySource } from "../ssh/files/local/source.ts";
import { send } from "../ssh/files/scp/send.ts";
import { handler } from "./support/handler.ts";
import { inputBytes, destPath } from "./support/input-bytes.ts";
import { withProgress } from "./support/transfer-progress.ts";

export default handler("session.scpSend", async (params, { binary, scope, client, call }) => {
  const { mode = 0o644, intoDirectory = false, idleTimeout = defaultIdleTimeout } = params;
  const dest = destPath("dest", params.dest, params.destEncoding, binary);
  const source = memorySource(inputBytes("data", params.data, params.encoding, binary));
  const held = scope.sessions.get(params.session);
  await withProgress("scpSend", params.workDoneToken, client, (progress) =>
    held.use(call, (session) =>
      send(session, { source, dest, mode, intoDirectory, idleTimeout, progress }, call),
    ),
  );
  return true as const;
});
