import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { turnSize } from "../flow/turns.ts";
import { countBytes } from "../support/garbage-collection.ts";

/**
 * Joins two connections until both have ended. What one takes slowly is read slowly from the other;
 * the end of one's sending ends that of the other, and a reset resets it.
 *
 * @returns resolves when both are closed
 */
export function relay(near: Duplex, far: Duplex): Promise<void> {
  const ended = new Set<Duplex>();
  return new Promise((resolve) => {
    let open = 2;
    const closed = () => {
      open -= 1;
      if (open === 0) resolve();
    };
    oneWay(near, far, ended, closed);
    oneWay(far, near, ended, closed);
  });
}

/**
 * @param ended those that have ended their sending, by no reset
 * @param closed told when `from` is closed
 */
function oneWay(from: Duplex, to: Duplex, ended: Set<Duplex>, closed: () => void): void {
  // `close` follows, and is handled.
  from.on("error", ignore);
  const end = () =>
    unlessReset(from, () => {
      ended.add(from);
      finish(to, ended.has(to));
    });
  // A SOCKS client may have sent EOF with its request, before this listened.
  if (from.readableEnded) end();
  else from.once("end", end);
  const write = gathering(to);
  from.on("data", (chunk: Buffer) => {
    countBytes(chunk.length);
    if (!write(chunk)) from.pause();
  });
  to.on("drain", () => from.resume());
  from.resume();
  const close = () => {
    // It closed without EOF: the other end must not take that for one.
    if (!ended.has(from)) reset(to);
    // `from` is closed and takes nothing more, so `to` isn't needed once it has got everything.
    else if (to.writableFinished) to.destroy();
    else to.end().once("finish", () => to.destroy());
    closed();
  };
  if (from.closed) close();
  else from.once("close", close);
}

function ignore(): void {}

/**
 * Bytes that wait in a socket's buffer, each way, before the other end pauses. Fewer, and it pauses behind
 * every packet; what is written in one turn of the event loop goes out by one system call up to as many.
 */
export const buffered = turnSize;

/** A chunk of bulk: a smaller one isn't held back. */
const bulky = 16 * 1024;

/** Writes to a connection; large chunks of one turn go out together. */
function gathering(to: Duplex): (chunk: Buffer) => boolean {
  if (!(to instanceof Socket)) return (chunk) => to.write(chunk);
  let isGathering = false;
  const release = () => {
    if (!isGathering) return;
    isGathering = false;
    to.uncork();
  };
  return (chunk) => {
    if (!isGathering && chunk.length >= bulky) {
      isGathering = true;
      to.cork();
      setImmediate(release);
    }
    const hasRoom = to.write(chunk);
    if (to.writableLength >= buffered / 2) release();
    return hasRoom;
  };
}

/** Ends its sending. @param hasEnded whether it is known that the other direction has ended, by no reset */
function finish(to: Duplex, hasEnded: boolean): void {
  // With both directions done a socket's close says it as well, and costs less.
  if (to instanceof Socket && hasEnded && to.writableLength === 0) to.destroy();
  else to.end();
}

/**
 * Where data and a reset have come at once, Node tells an end behind the data. A write tells them
 * apart: after a reset it fails by ECONNRESET, and closes the socket.
 */
function unlessReset(from: Duplex, ended: () => void): void {
  if (!isTcp(from) || !from.writable) return ended();
  // A write that is pending fails as well, in this turn of the event loop. Meanwhile it may also have been
  // written, and been the last.
  if (from.writableLength > 0) setImmediate(() => from.errored ?? ended());
  else {
    from.write("", (error?: NodeJS.ErrnoException | null) => {
      // After an orderly end the error is EPIPE.
      if (error?.code !== "ECONNRESET") ended();
    });
  }
}

/** Ends a connection for good: by TCP's reset, or by a channel's close without an EOF. */
export function reset(connection: Duplex): void {
  if (isTcp(connection)) {
    connection.uncork();
    connection.resetAndDestroy();
  } else connection.destroy();
}

/** The remote address, which Node has kept where it was asked for, is else undefined after a reset. */
function isTcp(connection: Duplex): connection is Socket {
  if (!(connection instanceof Socket)) return false;
  return connection.remoteAddress !== undefined || connection.localAddress !== undefined;
}
