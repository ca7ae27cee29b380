import { firstWindow } from "../flow/receive-window.ts";
import type { ChannelState, Opened, Protocol } from "./internals/protocol.ts";

/** The two sides of a channel (RFC 4254 §5.1). */
export type Sides = Pick<ChannelState, "incoming" | "outgoing">;

/** Those of a channel that the server has just confirmed. */
export function sidesOf({ recipient, sender, window, packetSize }: Opened): Sides {
  return {
    incoming: { id: recipient, window: firstWindow, state: "open" },
    outgoing: { id: sender, window, packetSize, state: "open" },
  };
}

/** Closes our side (RFC 4254 §5.3); safe to repeat. */
export function closeOurSide(protocol: Protocol, { outgoing }: Sides): void {
  if (outgoing.state !== "open" && outgoing.state !== "eof") return;
  outgoing.state = "closing";
  protocol.channelClose(outgoing.id);
}
