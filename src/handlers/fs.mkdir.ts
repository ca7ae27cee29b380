import { makeDirectory } from "../ssh/files/support/make-directory.ts";
import { handler } from "./support/handler.ts";
import { doWithFiles, pathOf } from "./support/remote-files.ts";

export default handler("fs.mkdir", (params, context) => {
  const path = pathOf(params, context);
  const { recursive, mode } = params;
  return doWithFiles(params.session, context, (files) =>
    recursive
      ? makeDirectory(files, path, mode, context.call)
      : files.mkdir(path, mode, context.call),
  );
});
