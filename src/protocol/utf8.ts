import { Buffer, isUtf8 } from "node:buffer";

/**
 * How many bytes at the end of `bytes` begin a UTF-8 character whose others are still missing
 * (RFC 3629 §3): 0 to 3.
 */
export function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return byte < 0xf8 && length > back ? back : 0;
  }
  return 0;
}

/** Whether the chunks, joined, are valid UTF-8; a character may be cut between two. */
export function areUtf8(chunks: readonly Uint8Array[]): boolean {
  let cut: Uint8Array = new Uint8Array();
  for (const chunk of chunks) {
    const bytes = cut.length === 0 ? chunk : Buffer.concat([cut, chunk]);
    const end = bytes.length - incompleteTail(bytes);
    if (!isUtf8(bytes.subarray(0, end))) return false;
    cut = bytes.subarray(end);
  }
  return cut.length === 0;
}
