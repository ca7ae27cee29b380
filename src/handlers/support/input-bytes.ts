import { bytesOf } from "../../protocol/bytes.ts";
import type { Encoding } from "../../protocol/bytes.ts";
import { maxRemotePath } from "../../protocol/limits.ts";
import { invalidParam } from "../../protocol/invalid-param.ts";

/** A param that carries bytes: text, or `[offset, length]` within the binary part. */
type Value = string | number[];

/**
 * The bytes of a param.
 *
 * @param encoding of the param beside it
 * @param binary what came beside the request's JSON
 * @throws {Failure} InvalidParams where it isn't well-formed in its encoding
 */
export function inputBytes(
  name: string,
  value: Value,
  encoding: Encoding = "utf8",
  binary?: Buffer,
): Buffer {
  if (encoding === "binary") return slice(name, value, binary);
  if (typeof value !== "string") throw invalidParam(name, `must be a string, as it is ${encoding}`);
  const bytes = bytesOf(value, encoding);
  if (bytes) return bytes;
  throw invalidParam(
    name,
    encoding === "utf8" ? "must be well-formed Unicode" : "must be base64 (RFC 4648 §4)",
  );
}

/**
 * The bytes of a param that goes to the remote side as a C string, where a NUL would silently end it.
 *
 * @param most bytes that it may have
 * @throws {Failure} InvalidParams as {@link inputBytes}, and where it is too long or holds a NUL
 */
export function inputText(
  name: string,
  value: Value,
  encoding: Encoding | undefined,
  most: number,
  binary?: Buffer,
): Buffer {
  const bytes = inputBytes(name, value, encoding, binary);
  if (bytes.includes(0)) throw invalidParam(name, "must not contain NUL");
  if (bytes.length > most) throw invalidParam(name, `must be at most ${most} bytes`);
  return bytes;
}

/** The bytes of the path of a file to be made. @throws {Failure} as {@link inputText}, and where it is empty */
export function destPath(
  name: string,
  value: Value,
  encoding: Encoding | undefined,
  binary?: Buffer,
): Buffer {
  const path = inputText(name, value, encoding, maxRemotePath, binary);
  if (path.length === 0) throw invalidParam(name, "must not be empty");
  return path;
}

function slice(name: string, value: Value, binary: Buffer | undefined): Buffer {
  if (typeof value === "string")
    throw invalidParam(name, "must be [offset, length], as it is binary");
  if (!binary) throw invalidParam(name, "is binary, and the message is no binary frame");
  const [offset, length] = value as [number, number];
  if (offset + length <= binary.length) return binary.subarray(offset, offset + length);
  throw invalidParam(name, `lies outside of the frame's binary part of ${binary.length} bytes`);
}
