import type { Readable } from "node:stream";

/** Bytes of one connection that are taken before the others get their turn: well below a millisecond. */
export const turnSize = 256 * 1024;

/**
 * Has a busy connection wait for the others after each {@link turnSize} bytes. Node goes on reading
 * from a socket while it has anything, up to 2 MiB at once, and the reply of another session's
 * command would wait behind it each time.
 */
export function takeTurns(source: Readable): void {
  let taken = 0;
  source.on("data", (chunk: Buffer) => {
    if (taken === 0) setImmediate(() => (taken = 0));
    taken += chunk.length;
    if (taken < turnSize || source.isPaused()) return;
    source.pause();
    setImmediate(() => source.resume());
  });
}
