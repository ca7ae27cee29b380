import type { ChildProcess } from "node:child_process";

const running = new Map<ChildProcess, Promise<unknown>>();

/** Sees to it that a proxy command ends with the daemon, even if it ignores TERM. */
export function endWithDaemon(child: ChildProcess): void {
  if (child.pid === undefined) return;
  // Not `close`: a child process that it leaves behind may keep its stderr open.
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
