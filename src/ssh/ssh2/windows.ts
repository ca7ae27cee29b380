import type { ChannelState, Protocol } from "./internals/protocol.ts";

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
