/** Waits for `done` to settle, but no longer than `ms` milliseconds. @returns whether it has */
export function within(ms: number, done: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), Math.max(0, ms));
    const settled = () => {
      clearTimeout(timer);
      resolve(true);
    };
    done.then(settled, settled);
  });
}
