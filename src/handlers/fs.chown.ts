import { handler } from "./support/handler.ts";
import { doWithFiles, pathOf } from "./support/remote-files.ts";

export default handler("fs.chown", (params, context) => {
  const path = pathOf(params, context);
  const { uid, gid, followLinks } = params;
  return doWithFiles(params.session, context, (files) =>
    files.chown(path, uid, gid, { followLinks }, context.call),
  );
});
