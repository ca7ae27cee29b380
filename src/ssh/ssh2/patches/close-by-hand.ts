import type { ClientChannel } from "ssh2";

/**
 * Has a channel's `destroy`, which Node calls when both its ends are done, do nothing: ssh2's closes the
 * channel, while the server may have the command's status to tell yet (RFC 4254 §6.10).
 */
export function closeByHand(channel: ClientChannel): void {
  channel.destroy = () => channel;
}
