import { handler } from "./support/handler.ts";
import { doWithFiles, fromAndTo } from "./support/remote-files.ts";

export default handler("fs.rename", (params, context) => {
  const [from, to] = fromAndTo(params, context);
  return doWithFiles(params.session, context, (files) =>
    files.rename(from, to, params.overwrite, context.call),
  );
});
