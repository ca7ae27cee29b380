import { handler } from "./support/handler.ts";
import { pathOf, useFiles } from "./support/remote-files.ts";

export default handler("fs.open", async (params, context) => {
  const path = pathOf(params, context);
  const { flags, mode } = params;
  const { scope, call } = context;
  const session = scope.sessions.get(params.session);
  const file = await useFiles(params.session, context, (files) =>
    files.open(path, flags, mode, call),
  );
  return { file: scope.files.add(file, session) };
});
