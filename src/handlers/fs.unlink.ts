import { handler } from "./support/handler.ts";
import { doWithFiles, pathOf } from "./support/remote-files.ts";

export default handler("fs.unlink", (params, context) => {
  const path = pathOf(params, context);
  return doWithFiles(params.session, context, (files) => files.unlink(path, context.call));
});
