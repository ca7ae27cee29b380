import { Buffer } from "node:buffer";
import { areUtf8 } from "./utf8.ts";

/** How bytes are carried in a JSON string: as the text that they encode, or as RFC 4648 base64. */
export type TextEncoding = "utf8" | "base64";

/** How bytes are carried: in a JSON string, or beside the JSON in a binary frame. */
export type Encoding = TextEncoding | "binary";

/**
 * Bytes from the remote side on their way into a message. They stay bytes until the writer puts
 * them on the wire, so that large output is never held as a JavaScript string.
 */
export class RemoteBytes {
  readonly chunks: readonly Uint8Array[];
  readonly length: number;
  readonly encoding: Encoding;

  /** Use {@link remoteBytes}, which chooses the encoding. */
  constructor(chunks: readonly Uint8Array[], encoding: Encoding) {
    this.chunks = chunks;
    this.length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    this.encoding = encoding;
  }
}

/** Thrown if text was asked for and the bytes aren't UTF-8; they are never changed to make it so. */
export class NotUtf8 extends Error {
  override name = "NotUtf8";
}

/** The message of a NotUtf8 error. @param what the bytes are, as "the output" */
export function notUtf8(what: string): string {
  return `${what} is not UTF-8, as encoding "utf8" wants it: it is in this error's data, in base64`;
}

/**
 * Chooses how `chunks` will be encoded.
 *
 * @param wanted by default UTF-8 if the bytes are valid, and JSON's escapes don't make them longer than
 *   base64 would; else base64
 * @throws {NotUtf8} where `"utf8"` is wanted and the bytes are not
 */
export function remoteBytes(chunks: readonly Uint8Array[], wanted?: Encoding): RemoteBytes {
  if (wanted === "base64" || wanted === "binary") return new RemoteBytes(chunks, wanted);
  if (areUtf8(chunks)) {
    const encoding = wanted === "utf8" || !isInflated(chunks) ? "utf8" : "base64";
    return new RemoteBytes(chunks, encoding);
  }
  if (wanted === "utf8") throw new NotUtf8("the bytes are not valid UTF-8");
  return new RemoteBytes(chunks, "base64");
}

/** Shorter texts are always sent as text: escapes cost little there, and a person may read the messages. */
const alwaysText = 4096;

/** How many samples are looked at, at most, and bytes in each: to count all would take too long. */
const [samples, sampleBytes] = [64, 4096] as const;

/** Whether text is longer as a JSON string, with its escapes, than as base64. */
function isInflated(chunks: readonly Uint8Array[]): boolean {
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  if (length < alwaysText) return false;
  const stride = Math.max(sampleBytes, Math.ceil(length / samples));
  let [seen, escaped, next, start] = [0, 0, 0, 0];
  for (const chunk of chunks) {
    for (; next < start + chunk.length; next += stride) {
      const sample = chunk.subarray(next - start, next - start + sampleBytes);
      seen += sample.length;
      for (const byte of sample) escaped += escapedLengths[byte] as number;
    }
    start += chunk.length;
  }
  return escaped > (seen * 4) / 3;
}

/** The length of each byte in a JSON string, as JSON.stringify escapes it. */
export const escapedLengths: Uint8Array = Uint8Array.from(
  { length: 256 },
  (_, byte) => JSON.stringify(String.fromCharCode(byte)).length - 2,
);

/**
 * Reads a param that carries bytes.
 *
 * @param encoding how `text` carries them; `"utf8"` by default
 * @returns the bytes, or `undefined` where `text` isn't well-formed in that encoding
 */
export function bytesOf(text: string, encoding: TextEncoding = "utf8"): Buffer | undefined {
  if (encoding === "utf8") return text.isWellFormed() ? Buffer.from(text, "utf8") : undefined;
  return isBase64(text) ? Buffer.from(text, "base64") : undefined;
}

// Checks the whole text (RFC 4648 §4), as Buffer.from silently skips other characters; in pieces, as V8
// runs out of stack if it matches tens of megabytes at once.
function isBase64(text: string): boolean {
  if (text.length % 4 !== 0) return false;
  const piece = 1 << 20;
  for (let start = 0; start < text.length; start += piece) {
    const part = text.slice(start, start + piece);
    const last = start + piece >= text.length;
    if (!(last ? /^[A-Za-z0-9+/]*={0,2}$/ : /^[A-Za-z0-9+/]*$/).test(part)) return false;
  }
  return true;
}
