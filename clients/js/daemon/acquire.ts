import { Daemon } from "./daemon.ts";
import { findDaemon } from "./find-daemon.ts";
import type { DaemonCommand } from "./find-daemon.ts";

/** Daemons that sessions of this process share, by their program and whether they are the user's shared one. */
const shared = new Map<string, Daemon>();

/**
 * The daemon for a session, started if necessary, with one user more.
 *
 * @param isShared whether it is the one that all of the user's programs share
 * @throws {TypeError} if `isShared` is set for a daemon that was given
 */
export async function acquire(
  daemon: DaemonCommand | Daemon | undefined,
  isShared: boolean,
): Promise<Daemon> {
  if (daemon instanceof Daemon) {
    if (isShared) throw new TypeError("shared has no say over via, or over a Daemon: leave it out");
    return daemon.retain();
  }
  const { file, args } = findDaemon(daemon);
  const key = JSON.stringify([isShared, file, ...args]);
  for (;;) {
    const found = shared.get(key);
    if (!found?.isUsable) {
      const fresh = Daemon.forUsers({ command: daemon, shared: isShared });
      shared.set(key, fresh);
      return fresh.retain();
    }
    const retained = await found.retain();
    if (!(await retained.hasDied())) return retained;
    await retained.release();
  }
}
