import { fstatSync, readSync } from "node:fs";

/** Milliseconds between two looks. */
const interval = 250;

/**
 * Tells when nobody can read our stdout any more, if it is a socket, as Node's child_process makes
 * it: there may be nothing to write that would find out. If it is a pipe, only a write can tell.
 */
export function watchOutput(onClosed: () => void): void {
  const { fd } = process.stdout;
  if (!fstatSync(fd).isSocket()) return;
  const timer = setInterval(() => {
    if (!isAtEnd(fd)) return;
    clearInterval(timer);
    onClosed();
  }, interval).unref();
}

/** Reads from the socket: the client never sends anything there, so 0 bytes (EOF, recv(2)) or nothing yet. */
function isAtEnd(fd: number): boolean {
  try {
    return readSync(fd, Buffer.alloc(1)) === 0;
  } catch {
    return false;
  }
}
