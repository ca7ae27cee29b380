import type { Client, ClientChannel } from "ssh2";
import { internalsOf, protocolOf } from "./internals/protocol.ts";

/** The most that is taken in one packet, in bytes: ssh2's own, which its channels assume. */
export const packetSize = 32 * 1024;

/** The most that the server takes in one packet on a channel (RFC 4254 §5.1). */
export const packetSizeOf = (channel: ClientChannel) => internalsOf(channel).outgoing.packetSize;

/** Lets the server send so many bytes more (RFC 4254 §5.2). */
export function adjustWindow(client: Client, channel: ClientChannel, bytes: number): void {
  const { incoming, outgoing } = internalsOf(channel);
  if (outgoing.state !== "open" && outgoing.state !== "eof") return;
  incoming.window += bytes;
  protocolOf(client).channelWindowAdjust(outgoing.id, bytes);
}
