import type { ChannelState, Protocol } from "./internals/protocol.ts";

/** The most that is taken in one packet, in bytes: ssh2's own, which its channels assume. */
export const packetSize = 32 * 1024;

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
