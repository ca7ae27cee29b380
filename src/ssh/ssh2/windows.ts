import type { ChannelState, Protocol } from "./internals/protocol.ts";

/** Bytes added to a channel's window in ssh2's own account: at 0, ssh2 silently drops data. */
export const lent = 2 ** 40;

/** Lets the server send so many bytes more (RFC 4254 §5.2). */
export function adjustWindow(
  protocol: Protocol,
  { incoming, outgoing }: ChannelState,
  bytes: number,
): void {
  if (outgoing.state !== "open" && outgoing.state !== "eof") return;
  incoming.window += bytes;
  protocol.channelWindowAdjust(outgoing.id, bytes);
}
