import { remove } from "../ssh/files/support/remove.ts";
import { handler } from "./support/handler.ts";
import { doWithFiles, pathOf } from "./support/remote-files.ts";

export default handler("fs.rm", (params, context) => {
  const path = pathOf(params, context);
  const { recursive, force } = params;
  return doWithFiles(params.session, context, (files) =>
    remove(files, path, { recursive, force }, context.call),
  );
});
