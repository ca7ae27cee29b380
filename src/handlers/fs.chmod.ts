import { handler } from "./support/handler.ts";
import { doWithFiles, pathOf } from "./support/remote-files.ts";

export default handler("fs.chmod", (params, context) => {
  const path = pathOf(params, context);
  const { mode, followLinks } = params;
  return doWithFiles(params.session, context, (files) =>
    files.chmod(path, mode, { followLinks }, context.call),
  );
});
