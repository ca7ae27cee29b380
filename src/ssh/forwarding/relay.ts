import { Socket } from "node:net";
import type { Duplex } from "node:stream";

/**
 * Joins two connections until both have ended. What one takes slowly is read slowly from the other;
 * the end of one's sending ends that of the other, and a reset resets it.
 *
 * @returns resolves when both are closed
 */
export async function relay(near: Duplex, far: Duplex): Promise<void> {
  const closed = Promise.all([oneWay(near, far), oneWay(far, near)]);
  near.pipe(far);
  far.pipe(near);
  await closed;
}

function oneWay(from: Duplex, to: Duplex): Promise<void> {
  return new Promise((resolve) => {
    // Its close says the same.
    from.on("error", () => {});
    const close = () => {
      // One that closed before it had sent all: the other one isn't to take that for an end.
      if (!from.readableEnded) reset(to);
      // One that takes no more: the other one has nothing to send any longer.
      else if (to.writableFinished) to.destroy();
      else to.end().once("finish", () => to.destroy());
      resolve();
    };
    if (from.closed) close();
    else from.once("close", close);
  });
}

/** Ends a connection for good: by TCP's reset, or by a channel's close without an EOF. */
export function reset(connection: Duplex): void {
  if (connection instanceof Socket && connection.remoteAddress !== undefined) {
    connection.resetAndDestroy();
  } else connection.destroy();
}
