/** The peer broke the protocol: what follows on the channel can't be understood any more. */
export class SftpProtocolError extends Error {
  override readonly name = "SftpProtocolError";
}
