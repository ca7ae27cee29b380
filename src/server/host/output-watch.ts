import { fstatSync, readSync } from "node:fs";

/** Milliseconds between two looks. */
const interval = 250;

/**
 * Tells when nobody can read our stdout any more, where it is a socket, as Node's child_process
 * makes it. A write would find out, but there may be none to come. For a pipe there is no way to
 * ask; there the next write tells.
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

/** The client sends nothing over it but its end (recv(2)); Node's stream has made it non-blocking. */
function isAtEnd(fd: number): boolean {
  try {
    return readSync(fd, Buffer.alloc(1)) === 0;
  } catch {
    return false;
  }
}
