import { localPath } from "../ssh/support/client-environment.ts";
import { defaultIdleTimeout } from "../protocol/limits.ts";
import { getFile } from "../ssh/files/tree/get-file.ts";
import { FileThread } from "../ssh/files/local/file-thread.ts";
import { LocalSide } from "../ssh/files/tree/local-side.ts";
import { RemoteSide } from "../ssh/files/tree/remote-side.ts";
import { Transfer } from "../ssh/files/tree/transfer.ts";
import { handler } from "./support/handler.ts";
import { destPath } from "./support/input-bytes.ts";
import { useFiles } from "./support/remote-files.ts";
import { withTreeProgress } from "./support/tree-progress.ts";

export default handler("fs.get", (params, context) => {
  const { binary, scope, client, call } = context;
  const from = destPath("source", params.source, params.sourceEncoding, binary);
  const to = Buffer.from(localPath(params.dest));
  const { idleTimeout = defaultIdleTimeout, workDoneToken, resume } = params;
  call.startIdle(idleTimeout);
  return withTreeProgress("get", workDoneToken, client, (progress) =>
    useFiles(params.session, context, (files) => {
      const thread = new FileThread(call);
      const sides = {
        source: new RemoteSide(files, call),
        dest: new LocalSide(thread),
        copy: getFile(files, { resume, umask: scope.umask, thread }, call),
      };
      return new Transfer(sides, params, progress, call).run(from, to).finally(() => thread.end());
    }),
  );
});
