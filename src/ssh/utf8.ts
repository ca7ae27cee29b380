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
