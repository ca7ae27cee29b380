import { Failure } from "../protocol/errors.ts";
import { limits } from "../protocol/limits.ts";
import { ByteQueue } from "../ssh/flow/byte-queue.ts";
import { contentFields } from "./support/content.ts";
import { handler } from "./support/handler.ts";
import { pathOf, useFiles } from "./support/remote-files.ts";

export default handler("fs.readFile", async (params, context) => {
  const path = pathOf(params, context);
  const { offset, length = Infinity, maxOutput = limits.maxOutput } = params;
  const { client, call } = context;
  const bytes = new ByteQueue();
  const take = (chunk: Uint8Array) => {
    call.hold(chunk.length);
    bytes.push(chunk);
    if (bytes.length <= maxOutput) return client.room();
    const message = `the file is larger than ${maxOutput} bytes: read it in parts (offset, length), or into a local file (fs.get)`;
    throw new Failure("OutputTooLarge", message, { maxOutput });
  };
  await useFiles(params.session, context, (files) =>
    files.readFile(path, { offset, length }, take, call),
  );
  return contentFields(bytes.chunks(), params.encoding, client);
});
