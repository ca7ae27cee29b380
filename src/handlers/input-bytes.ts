import { bytesOf } from "../protocol/bytes.ts";
import type { Encoding } from "../protocol/bytes.ts";
import { invalidParam } from "./invalid-param.ts";

/** The bytes of a param. @throws {Failure} InvalidParams where it isn't well-formed in its encoding */
export function inputBytes(name: string, text: string, encoding?: Encoding): Buffer;
export function inputBytes(
  name: string,
  text: string | undefined,
  encoding?: Encoding,
): Buffer | undefined;
export function inputBytes(name: string, text: string | undefined, encoding: Encoding = "utf8") {
  if (text === undefined) return undefined;
  const bytes = bytesOf(text, encoding);
  if (bytes) return bytes;
  throw invalidParam(
    name,
    encoding === "utf8" ? "must be well-formed Unicode" : "must be base64 (RFC 4648 §4)",
  );
}
