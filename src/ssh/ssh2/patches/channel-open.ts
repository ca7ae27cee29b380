/**
 * What the server wants to open, before ssh2 decides about it.
 *
 * test/e2e/hostile-forwards.test.ts
 */
import type { Client } from "ssh2";
import { protocolOf } from "../internals/protocol.ts";
import type { ChannelOpen } from "../internals/protocol.ts";

/**
 * Has what the server wants to open seen before ssh2 decides about it.
 *
 * @param see gives what ssh2 is to be told; undefined where the server has its answer
 */
export function onChannelOpen(
  client: Client,
  see: (info: ChannelOpen) => ChannelOpen | undefined,
): void {
  const handlers = protocolOf(client)._handlers;
  const original = handlers.CHANNEL_OPEN.bind(handlers);
  handlers.CHANNEL_OPEN = (protocol, info) => {
    const seen = see(info);
    if (seen) original(protocol, seen);
  };
}
