import type { ChildProcess } from "node:child_process";

const running = new Map<ChildProcess, Promise<unknown>>();

/** Has a proxy command not outlive the daemon, however little it heeds TERM. */
export function endWithDaemon(child: ChildProcess): void {
  if (child.pid === undefined) return;
  // Not `close`: what it leaves behind may hold its stderr.
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      running.delete(child);
      resolve();
    });
  });
  running.set(child, ended);
}

/** Resolves when none of those that run now is left. */
export async function proxyCommandsEnded(): Promise<void> {
  await Promise.all(running.values());
}

process.once("exit", () => {
  for (const child of running.keys()) child.kill("SIGKILL");
});
