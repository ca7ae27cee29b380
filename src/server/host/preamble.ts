/**
 * What `sshrpc --attach` says to the shared daemon before the client's own first byte: a byte that
 * begins no message, and the client's pid and environment as a line of JSON. The daemon answers it,
 * so that one that ends in the same moment isn't taken for one that serves.
 */
export const mark = 0x01;
export const preambleAnswer = Buffer.from([mark]);

/** A preamble with the process's own environment, and `processId` for the client's pid. */
export function preamble(processId: number): Buffer {
  const variables = { ...process.env };
  const told = { processId, cwd: process.cwd(), umask: process.umask(), variables };
  return Buffer.concat([preambleAnswer, Buffer.from(`${JSON.stringify(told)}\n`)]);
}
