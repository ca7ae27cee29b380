import { mkdir, readlink, symlink, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds to wait for another's lock: what is done under it takes a few. */
const patience = 2000;
const pollInterval = 10;

/** Who holds a lock: known as dead or alive on this machine only. */
const owner = () => `${hostname()}:${process.pid}`;

/**
 * Does `work` while no other process that heeds the lock does the like. The lock is a symbolic link
 * beside the file, whose target names its owner: made in one step, and with its content. One whose
 * owner has died is taken over, and so is one that is held for too long. Where none can be made (a
 * folder that isn't writable, a file system without links) the work is done all the same, so it must
 * be harmless twice.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  const locked = await acquire(lock);
  try {
    return await work();
  } finally {
    if (locked) await unlink(lock).catch(() => {});
  }
}

async function acquire(lock: string): Promise<boolean> {
  await mkdir(path.dirname(lock), { recursive: true, mode: 0o700 }).catch(() => {});
  const end = performance.now() + patience;
  for (;;) {
    try {
      await symlink(owner(), lock);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") return false;
    }
    const holder = await readlink(lock).catch(() => undefined);
    if (holder !== undefined && (hasDied(holder) || performance.now() > end)) {
      await unlink(lock).catch(() => {});
    } else await sleep(pollInterval);
  }
}

function hasDied(holder: string): boolean {
  const [host, pid] = holder.split(/:(?=\d+$)/);
  if (host !== hostname() || pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
