import type { Client, ClientChannel } from "ssh2";
import { internalsOf } from "./internals/protocol.ts";
import type { ChannelState, Internals, Opened, Protocol } from "./internals/protocol.ts";
import { RawSessionChannel } from "./raw-session-channel.ts";
import { sidesOf } from "./sides.ts";
import { TunnelChannel } from "./tunnel-channel.ts";

const made: Readonly<Record<string, (protocol: Protocol, opened: Opened) => ChannelState>> = {
  session: (protocol, opened) => new RawSessionChannel(protocol, opened),
  "direct-tcpip": (protocol, opened) => new TunnelChannel(protocol, sidesOf(opened)),
};

/** Has a client whose `connect` was called make channels of ours, as the server confirms them. */
export function makeOwnChannels(client: Client): void {
  const { _chanMgr, _protocol } = client as unknown as Internals;
  const handlers = _protocol._handlers;
  const original = handlers.CHANNEL_OPEN_CONFIRMATION.bind(handlers);
  handlers.CHANNEL_OPEN_CONFIRMATION = (protocol, opened) => {
    const asking = _chanMgr.get(opened.recipient);
    const make = typeof asking === "function" ? made[asking.type] : undefined;
    if (typeof asking !== "function" || !make) return original(protocol, opened);
    const channel = make(protocol, opened);
    _chanMgr.update(opened.recipient, channel);
    asking(undefined, channel as never);
  };
}

/** Takes the place of a channel that ssh2 has just accepted. */
export function inPlaceOf(client: Client, accepted: ClientChannel): TunnelChannel {
  const { _chanMgr, _protocol } = client as unknown as Internals;
  const channel = new TunnelChannel(_protocol, internalsOf(accepted));
  _chanMgr.update(channel.incoming.id, channel);
  return channel;
}
