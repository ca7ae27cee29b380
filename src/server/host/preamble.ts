/**
 * What `sshrpc --attach` says to the shared daemon before the client's own first byte: a byte that
 * begins no message, and the client's environment as a line of JSON. The daemon answers it, so that
 * one that ends in the same moment isn't taken for one that serves.
 */
export const mark = 0x01;
export const preambleAnswer = Buffer.from([mark]);

/** The process's own environment, as a preamble. */
export function preamble(): Buffer {
  const variables = { ...process.env };
  const environment = { cwd: process.cwd(), umask: process.umask(), variables };
  return Buffer.concat([preambleAnswer, Buffer.from(`${JSON.stringify(environment)}\n`)]);
}
