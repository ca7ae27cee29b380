/**
 * A channel's data as it arrives: ssh2's streams give the server a window of a fixed size anew as soon as
 * data has been emitted, and drop without a word what comes beyond it.
 *
 * test/e2e/receive-window.test.ts, test/ssh/connection/channels/tunnel.test.ts
 */
import type { Readable } from "node:stream";
import type { ClientChannel } from "ssh2";
import { internalsOf } from "../internals/protocol.ts";

/** By so much a channel's window is larger for ssh2, which drops without a word what comes at 0. */
const lent = 2 ** 40;

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
    // What came right behind the channel's opening, in the same moment.
    const early = stream.read() as Buffer | null;
    if (early) take(name, early);
    const push = stream.push.bind(stream);
    stream.push = (chunk: Buffer | null) => {
      if (chunk === null) return push(null);
      if (incoming.window < lent) onOverrun();
      else if (chunk.length > 0) take(name, chunk);
      // "Full", and nobody ever reads: with that ssh2 leaves the window alone.
      return false;
    };
    stream.resume();
  }
}
