/** A process that runs as a proxy command. */
interface ProxyProcess extends PromiseLike<unknown> {
  kill(signal: "SIGKILL"): boolean;
}

const running = new Set<ProxyProcess>();

/** Has a proxy command not outlive the daemon, however little it heeds TERM. */
export function endWithDaemon(child: ProxyProcess): void {
  running.add(child);
  void child.then(() => running.delete(child));
}

/** Resolves when none of those that run now is left. */
export async function proxyCommandsEnded(): Promise<void> {
  await Promise.all(running);
}

process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});
