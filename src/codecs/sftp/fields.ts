import { Buffer } from "node:buffer";

/** The data types of RFC 4251 §5 that the draft uses, as bytes. */

export function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** @param value an integer from 0 to 2^53 - 1 */
export function uint64(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  writeUint64(bytes, value, 0);
  return bytes;
}

export function writeUint64(bytes: Buffer, value: number, at: number): void {
  bytes.writeUInt32BE(Math.floor(value / 2 ** 32), at);
  bytes.writeUInt32BE(value % 2 ** 32, at + 4);
}

/** Text goes as UTF-8; paths and handles are bytes. */
export function string(value: string | Uint8Array): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
  return Buffer.concat([uint32(bytes.length), bytes]);
}
