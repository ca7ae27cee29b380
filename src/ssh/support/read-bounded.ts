import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";

/**
 * Reads a file whole whose path may be anyone's: a device without end doesn't fill the memory, and a
 * pipe that nobody writes to doesn't keep one of libuv's few threads.
 *
 * @throws {Error} of the system, or one with the code EFBIG or EINVAL
 */
export async function readBounded(path: string, maxBytes: number): Promise<Buffer> {
  const found = await stat(path);
  if (found.isFIFO() || found.isSocket()) throw coded("EINVAL");
  if (found.size > maxBytes) throw coded("EFBIG");
  const chunks: Buffer[] = [];
  // `end` is the last byte that is read.
  for await (const chunk of createReadStream(path, { end: maxBytes })) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (bytes.length > maxBytes) throw coded("EFBIG");
  return bytes;
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}
