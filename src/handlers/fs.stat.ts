import { handler } from "./support/handler.ts";
import { pathOf, useFiles } from "./support/remote-files.ts";

export default handler("fs.stat", (params, context) => {
  const path = pathOf(params, context);
  return useFiles(params.session, context, (files) => files.stat(path, context.call));
});
