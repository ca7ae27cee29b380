import type { ClientChannel } from "ssh2";
import { onWindowOverrun } from "../ssh2-internals.ts";
import { PairTransport } from "./transport.ts";
import type { Transport } from "./transport.ts";

/**
 * The connection behind a `direct-tcpip` channel (RFC 4254 §7.2).
 *
 * @param drained resolves when the carrying connection can take more
 * @param onOverrun called when the server sends more than its window allows
 */
export function tunnel(
  channel: ClientChannel,
  drained: () => Promise<void>,
  onOverrun: () => void,
): Transport {
  onWindowOverrun(channel, onOverrun);
  // There is no such stream here; what a server sends on it all the same must not fill the window.
  channel.stderr.on("error", () => {}).resume();
  return new PairTransport({
    source: channel,
    sink: channel,
    drained,
    close: () => {
      channel.resume();
      channel.close();
    },
  });
}
