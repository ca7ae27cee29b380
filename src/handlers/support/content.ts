import { NotUtf8, notUtf8, remoteBytes } from "../../protocol/bytes.ts";
import type { TextEncoding } from "../../protocol/bytes.ts";
import { Failure } from "../../protocol/errors.ts";
import type { Client } from "./client.ts";

/** Bytes of a file in the fields of a result. @throws {Failure} NotUtf8, which has them as base64 */
export function contentFields(
  chunks: readonly Uint8Array[],
  wanted: TextEncoding | undefined,
  client: Client,
) {
  try {
    const data = remoteBytes(chunks, wanted ?? client.defaultEncoding);
    return { data, encoding: data.encoding, bytes: data.length };
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    const data = remoteBytes(chunks, "base64");
    const fields = { data, encoding: data.encoding, bytes: data.length };
    throw new Failure("NotUtf8", notUtf8("what was read"), fields);
  }
}
