import { handler } from "./support/handler.ts";
import { pathOf, useFiles } from "./support/remote-files.ts";

export default handler("fs.open", async (params, context) => {
  const path = pathOf(params, context);
  const { flags, mode } = params;
  const { scope, call } = context;
  const file = await useFiles(params.session, context, async (files, session) =>
    scope.files.add(await files.open(path, flags, mode, call), session),
  );
  return { file };
});
