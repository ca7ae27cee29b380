import { Socket } from "node:net";
import type { Duplex } from "node:stream";

/**
 * Joins two connections until both have ended. What one takes slowly is read slowly from the other;
 * the end of one's sending ends that of the other, and a reset resets it.
 *
 * @returns resolves when both are closed
 */
export async function relay(near: Duplex, far: Duplex): Promise<void> {
  await Promise.all([oneWay(near, far), oneWay(far, near)]);
}

function oneWay(from: Duplex, to: Duplex): Promise<void> {
  return new Promise((resolve) => {
    let hasEnded = false;
    // `close` follows, and is handled.
    from.on("error", () => {});
    const end = () =>
      unlessReset(from, () => {
        hasEnded = true;
        to.end();
      });
    // A SOCKS client may have sent EOF with its request, before this listened.
    if (from.readableEnded) end();
    else from.once("end", end);
    from.pipe(to, { end: false });
    const close = () => {
      // It closed without EOF: the other end must not take that for one.
      if (!hasEnded) reset(to);
      // `from` is closed and takes nothing more, so `to` isn't needed once it has got everything.
      else if (to.writableFinished) to.destroy();
      else to.end().once("finish", () => to.destroy());
      resolve();
    };
    if (from.closed) close();
    else from.once("close", close);
  });
}

/**
 * Where data and a reset have come at once, Node tells an end behind the data. A write tells them
 * apart: after a reset it fails by ECONNRESET, and closes the socket.
 */
function unlessReset(from: Duplex, ended: () => void): void {
  if (!isTcp(from) || !from.writable) return ended();
  // A write that is pending fails as well, in this turn of the event loop.
  if (from.writableLength > 0) setImmediate(() => from.destroyed || ended());
  else {
    from.write("", (error?: NodeJS.ErrnoException | null) => {
      // After an orderly end the error is EPIPE.
      if (error?.code !== "ECONNRESET") ended();
    });
  }
}

/** Ends a connection for good: by TCP's reset, or by a channel's close without an EOF. */
export function reset(connection: Duplex): void {
  if (isTcp(connection)) connection.resetAndDestroy();
  else connection.destroy();
}

/** Not decided by the remote address, which is undefined after a reset. */
function isTcp(connection: Duplex): connection is Socket {
  return connection instanceof Socket && connection.localAddress !== undefined;
}
