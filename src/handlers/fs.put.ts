import { localPath } from "../ssh/support/client-environment.ts";
import { defaultIdleTimeout } from "../protocol/limits.ts";
import { filesOf } from "../ssh/files/session-files.ts";
import { FileThread } from "../ssh/files/local/file-thread.ts";
import { LocalSide } from "../ssh/files/tree/local-side.ts";
import { putFile } from "../ssh/files/tree/put-file.ts";
import { RemoteSide } from "../ssh/files/tree/remote-side.ts";
import { Transfer } from "../ssh/files/tree/transfer.ts";
import { handler } from "./support/handler.ts";
import { destPath } from "./support/input-bytes.ts";
import { useFiles } from "./support/remote-files.ts";
import { withTreeProgress } from "./support/tree-progress.ts";

export default handler("fs.put", (params, context) => {
  const { binary, client, call } = context;
  const from = Buffer.from(localPath(params.source));
  const to = destPath("dest", params.dest, params.destEncoding, binary);
  const { idleTimeout = defaultIdleTimeout, workDoneToken, resume } = params;
  call.startIdle(idleTimeout);
  return withTreeProgress("put", workDoneToken, client, (progress) =>
    useFiles(params.session, context, (files, session) => {
      const { lanes } = filesOf(session);
      const thread = new FileThread(call);
      const sides = {
        source: new LocalSide(thread),
        dest: new RemoteSide(files, call),
        copy: putFile(files, { resume, lanes, thread }, call),
      };
      return new Transfer(sides, params, progress, call).run(from, to).finally(() => thread.end());
    }),
  );
});
