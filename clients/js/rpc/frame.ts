/** The header before a message, or before a message and bytes behind it: a binary frame. */
export function header(jsonLength: number, binary?: Buffer): string {
  if (binary === undefined) return `Content-Length: ${jsonLength}\r\n\r\n`;
  const type = `application/vnd.sshrpc; json=${jsonLength}`;
  return `Content-Length: ${jsonLength + binary.length}\r\nContent-Type: ${type}\r\n\r\n`;
}
