import { handler } from "./support/handler.ts";
import { pathFields } from "./support/name-fields.ts";
import { pathOf, useFiles } from "./support/remote-files.ts";

export default handler("fs.readlink", async (params, context) => {
  const path = pathOf(params, context);
  const found = await useFiles(params.session, context, (files) =>
    files.readlink(path, context.call),
  );
  return pathFields(found);
});
