import { ByteQueue } from "../ssh/flow/byte-queue.ts";
import { contentFields } from "./support/content.ts";
import { handler } from "./support/handler.ts";

export default handler("file.read", async (params, { scope, client, call }) => {
  const file = scope.files.get(params.file);
  const bytes = new ByteQueue();
  const take = (chunk: Uint8Array) => {
    bytes.push(chunk);
    return client.room();
  };
  await file.read(params.offset, params.length, take, call);
  return contentFields(bytes.chunks(), params.encoding, client);
});
