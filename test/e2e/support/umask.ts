/** Runs `start` under another umask, which a process that it starts inherits. */
export function withUmask<T>(mask: number, start: () => T): T {
  const before = process.umask(mask);
  try {
    return start();
  } finally {
    process.umask(before);
  }
}
