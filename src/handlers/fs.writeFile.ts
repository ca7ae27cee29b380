import { handler } from "./support/handler.ts";
import { inputBytes } from "./support/input-bytes.ts";
import { pathOf, useFiles } from "./support/remote-files.ts";

export default handler("fs.writeFile", async (params, context) => {
  const path = pathOf(params, context);
  const data = inputBytes("data", params.data, params.encoding, context.binary);
  const { flag, offset, mode } = params;
  await useFiles(params.session, context, (files) =>
    files.writeFile(path, data, { flag, offset, mode }, context.call),
  );
  return { bytes: data.length };
});
