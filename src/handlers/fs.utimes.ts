import { handler } from "./support/handler.ts";
import { doWithFiles, pathOf } from "./support/remote-files.ts";

export default handler("fs.utimes", (params, context) => {
  const path = pathOf(params, context);
  const { atime, mtime, followLinks } = params;
  return doWithFiles(params.session, context, (files) =>
    files.utimes(path, atime, mtime, { followLinks }, context.call),
  );
});
