import { mkdir, readlink, symlink, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds to wait for another's lock: what is done under it takes a few. */
const patience = 2000;
const pollInterval = 10;

/** Who holds a lock: known as dead or alive on this machine only. */
const owner = () => `${hostname()}:${process.pid}`;

/** The last that waits for each file's turn, within this process. */
const queues = new Map<string, Promise<unknown>>();

/**
 * Does `work` while nobody else who heeds the lock does the like, in this process or another. The
 * lock is a symbolic link beside the file, whose target names its owner: made in one step, and with
 * its content. One whose owner has died is taken over, and so is one that is held for too long. Where
 * none can be had (a folder that isn't writable, a file system without links, something else of that
 * name) the work is done all the same, so it must be harmless twice.
 */
export function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  // From now, not from its turn: those that queue for a lock that can't be had wait once.
  const end = performance.now() + patience;
  const turn = (queues.get(file) ?? Promise.resolve()).then(() => locked(file, end, work));
  const over = turn.then(
    () => {},
    () => {},
  );
  queues.set(file, over);
  void over.then(() => queues.get(file) === over && queues.delete(file));
  return turn;
}

async function locked<T>(file: string, end: number, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  const isOurs = await acquire(lock, end);
  try {
    return await work();
  } finally {
    // Another may have taken it over meanwhile.
    if (isOurs && (await holderOf(lock)) === owner()) await unlink(lock).catch(() => {});
  }
}

async function acquire(lock: string, end: number): Promise<boolean> {
  await mkdir(path.dirname(lock), { recursive: true, mode: 0o700 }).catch(() => {});
  const begin = performance.now();
  for (;;) {
    try {
      await symlink(owner(), lock);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") return false;
    }
    const now = performance.now();
    const holder = await holderOf(lock);
    // One that came late to its turn hasn't seen for how long it is held: that one goes without.
    const isStale = now - begin > patience;
    if (holder !== undefined && (isStale || hasDied(holder))) {
      if (!(await removed(lock))) return false;
    } else if (now > end) return false;
    else await sleep(pollInterval);
  }
}

const holderOf = (lock: string) => readlink(lock).catch(() => undefined);

/** Whether a lock is gone, by us or by another. */
async function removed(lock: string): Promise<boolean> {
  try {
    await unlink(lock);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
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
