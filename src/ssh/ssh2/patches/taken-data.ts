/**
 * A channel's data as it arrives: ssh2's streams give the server a window of a fixed size anew as soon as
 * data has been emitted, and drop without a word what comes beyond it.
 *
 * test/e2e/receive-window.test.ts, test/ssh/connection/channels/tunnel.test.ts
 */
import type { Readable } from "node:stream";
import type { ClientChannel } from "ssh2";
import { internalsOf, lent } from "../internals/protocol.ts";

/**
 * Takes a channel's output as it arrives; only `adjustWindow` gives the server more window. The streams'
 * `end` is emitted as usual.
 *
 * @param onOverrun called when the server sends more than its window allows
 */
export function takeData(
  channel: ClientChannel,
  take: (stream: "stdout" | "stderr", chunk: Buffer) => void,
  onOverrun: () => void,
): void {
  const { incoming } = internalsOf(channel);
  const streams = { stdout: channel, stderr: channel.stderr };
  incoming.window += lent;
  for (const name of ["stdout", "stderr"] as const) {
    const stream: Readable = streams[name];
    // Data that came together with the confirmation of the channel's opening.
    const early = stream.read() as Buffer | null;
    if (early) take(name, early);
    const push = stream.push.bind(stream);
    stream.push = (chunk: Buffer | null) => {
      if (chunk === null) return push(null);
      if (incoming.window < lent) onOverrun();
      else if (chunk.length > 0) take(name, chunk);
      // To ssh2 the stream is full, and stays so: then it doesn't adjust the window.
      return false;
    };
    stream.resume();
  }
}
