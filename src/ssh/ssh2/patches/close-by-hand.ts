/**
 * Channels that stay open when both ends of the stream are done: ssh2's `destroy` closes them, while the
 * server may have the command's status to tell yet (RFC 4254 §6.10).
 *
 * test/e2e/command-ends.test.ts
 */
import type { ClientChannel } from "ssh2";

/** Has a channel's `destroy`, which Node calls when both its ends are done, do nothing. */
export function closeByHand(channel: ClientChannel): void {
  channel.destroy = () => channel;
}
