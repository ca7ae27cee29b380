/**
 * Data behind a request, before the server has granted a window: ssh2 holds it back until then, which is a
 * round trip.
 *
 * test/e2e/round-trips.test.ts
 */
import type { Client, ClientChannel } from "ssh2";
import { internalsOf } from "../internals/protocol.ts";
import type { Internals } from "../internals/protocol.ts";

const borrowed = new WeakMap<object, number>();
const lenders = new WeakSet<Client>();

/**
 * Lets so much be written on a channel that has no window yet (RFC 4254 §5.2), and takes it off the
 * first that the server grants; see `earlyInput` for which servers that is safe with.
 */
export function borrowWindow(client: Client, channel: ClientChannel, bytes: number): void {
  const { outgoing } = internalsOf(channel);
  if (outgoing.window > 0) return;
  repayFromGrants(client);
  outgoing.window = bytes;
  borrowed.set(channel, bytes);
}

function repayFromGrants(client: Client): void {
  if (lenders.has(client)) return;
  lenders.add(client);
  const { _chanMgr, _protocol } = client as unknown as Internals;
  const original = _protocol._handlers.CHANNEL_WINDOW_ADJUST.bind(_protocol._handlers);
  _protocol._handlers.CHANNEL_WINDOW_ADJUST = (protocol, recipient, bytes) => {
    const channel = _chanMgr.get(recipient) as object;
    const debt = borrowed.get(channel) ?? 0;
    borrowed.delete(channel);
    original(protocol, recipient, bytes - debt);
  };
}
