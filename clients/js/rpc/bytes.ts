import { isUtf8 } from "node:buffer";
import { DaemonError, invalidParam } from "../errors/errors.ts";

/** What the remote side takes as bytes: text, which is sent as UTF-8, or the bytes themselves. */
export type Bytes = string | Uint8Array;

/** The bytes of what a caller gave, without a copy where it has them. */
export function bytesOf(value: Bytes, param: string): Buffer {
  if (typeof value === "string") {
    // Buffer.from would replace them, and nobody would know.
    if (!value.isWellFormed()) throw invalidParam(param, "must not have lone surrogates");
    return Buffer.from(value);
  }
  if (!(value instanceof Uint8Array)) throw new TypeError(`${param} must be a string or bytes`);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** The params that carry a command or a remote path: as text where it is UTF-8. */
export function textParams(param: string, value: Bytes): Record<string, string> {
  const bytes = bytesOf(value, param);
  if (isUtf8(bytes)) return { [param]: bytes.toString() };
  return { [param]: bytes.toString("base64"), [`${param}Encoding`]: "base64" };
}

/** Bytes of a request: the param that carries them, and the one that says how. */
export interface Payload {
  readonly param: string;
  readonly encodingParam: string;
  readonly bytes: Buffer;
}

/** The params that carry the payload, and what goes into the binary part of the frame, if it may. */
export function carry(
  { param, encodingParam, bytes }: Payload,
  isBinary: boolean,
): { params: Record<string, unknown>; binary?: Buffer } {
  if (isBinary) {
    return { params: { [param]: [0, bytes.length], [encodingParam]: "binary" }, binary: bytes };
  }
  return { params: { [param]: bytes.toString("base64"), [encodingParam]: "base64" } };
}

/**
 * Reads remote bytes out of a message.
 *
 * @param value the field that carries them
 * @param encoding the field beside it
 * @param binary the binary part of the message's frame
 */
export function readBytes(value: unknown, encoding: unknown, binary: Buffer): Buffer {
  if (encoding === "binary" && Array.isArray(value)) {
    const [offset, length] = value as [number, number];
    if (offset >= 0 && length >= 0 && offset + length <= binary.length) {
      return binary.subarray(offset, offset + length);
    }
  } else if (typeof value === "string" && (encoding === "utf8" || encoding === "base64")) {
    return Buffer.from(value, encoding);
  }
  throw new DaemonError(`the daemon wrote bytes in a form that ${String(encoding)} isn't`, {
    data: { dispatched: "maybe" },
  });
}
