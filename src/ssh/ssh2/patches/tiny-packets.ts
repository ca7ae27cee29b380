/**
 * Channels through which nothing could be sent: at a maximum packet size of 0 ssh2 sends for ever.
 *
 * test/e2e/packet-size.test.ts
 */
import type { Client } from "ssh2";
import { sendDisconnect } from "../internals/messages.ts";
import { onChannelOpen } from "./channel-open.ts";
import { protocolOf } from "../internals/protocol.ts";

/** The smallest maximum packet size (RFC 4254 §5.1) that isn't absurd: less than a line of text. */
const smallestPacket = 64;

/** RFC 4253 §11.1. */
const protocolError = 2;

/** RFC 4254 §5.1. */
const administrativelyProhibited = 1;

/**
 * Ends a connection whose server opens a channel with a maximum packet size with which nothing can be sent,
 * and refuses what the server itself wants to open so.
 */
export function refuseTinyPackets(client: Client): void {
  const handlers = protocolOf(client)._handlers;
  const original = handlers.CHANNEL_OPEN_CONFIRMATION.bind(handlers);
  handlers.CHANNEL_OPEN_CONFIRMATION = (protocol, info) => {
    if (info.packetSize >= smallestPacket) return original(protocol, info);
    const description = `the server opened a channel with a maximum packet size of ${info.packetSize}`;
    sendDisconnect(client, protocolError, description);
    client.emit("error", new Error(description));
  };
  onChannelOpen(client, (info) => {
    if (info.packetSize >= smallestPacket) return info;
    const { sender } = info;
    protocolOf(client).channelOpenFail(sender, administrativelyProhibited, "tiny packets");
    return undefined;
  });
}
