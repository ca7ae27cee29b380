import { maxRemotePath } from "../protocol/limits.ts";
import { handler } from "./support/handler.ts";
import { inputText } from "./support/input-bytes.ts";
import { doWithFiles, pathOf } from "./support/remote-files.ts";

export default handler("fs.symlink", (params, context) => {
  const path = pathOf(params, context);
  const { targetEncoding } = params;
  const target = inputText("target", params.target, targetEncoding, maxRemotePath, context.binary);
  return doWithFiles(params.session, context, (files) => files.symlink(target, path, context.call));
});
