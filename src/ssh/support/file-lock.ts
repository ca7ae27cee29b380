import { randomBytes } from "node:crypto";
import { lstat, mkdir, readlink, rename, symlink, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds after which another's lock is taken over: work under a lock takes a few. */
const patience = 2000;
const pollInterval = 10;

/** Who holds a lock. Whether a process is alive is known only on its own machine. */
const owner = () => `${hostname()}:${process.pid}`;

/** For each file, the last that waits for the lock within this process. */
const queues = new Map<string, Promise<unknown>>();

/**
 * Does `work` while nobody else who heeds the lock does the like, in this process or another. The
 * lock is a symbolic link beside the file, whose target names its owner: made in one step, and with
 * its content. One whose owner has died is taken over, and so is one that is held for too long. Where
 * none can be had (a folder that isn't writable, a file system without links, something else of that
 * name) the work is done all the same, so it must be harmless twice.
 */
export function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  // Counted from now and not from its turn, so that if the lock can't be had, all who queue wait once.
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
    if (isOurs && (await heldLock(lock))?.holder === owner()) await unlink(lock).catch(() => {});
  }
}

async function acquire(lock: string, end: number): Promise<boolean> {
  await mkdir(path.dirname(lock), { recursive: true, mode: 0o700 }).catch(() => {});
  let seen: { held: Held; since: number } | undefined;
  for (;;) {
    try {
      await symlink(owner(), lock);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") return false;
    }
    const held = await heldLock(lock);
    const now = performance.now();
    if (!held || !seen || !isSame(seen.held, held)) {
      if (now >= end) return false;
      seen = held && { held, since: now };
    }
    if (seen && (now - seen.since >= patience || hasDied(seen.held.holder))) {
      if (!(await removed(lock, seen.held))) return false;
    } else await sleep(pollInterval);
  }
}

/** A lock, with what tells it from a later one of the same process. */
interface Held {
  readonly holder: string;
  readonly ino: number;
  readonly mtimeMs: number;
}

/** Undefined where there is none, or something else of its name. */
async function heldLock(lock: string): Promise<Held | undefined> {
  try {
    const [holder, { ino, mtimeMs }] = await Promise.all([readlink(lock), lstat(lock)]);
    return { holder, ino, mtimeMs };
  } catch {
    return undefined;
  }
}

const isSame = (a: Held, b: Held) =>
  a.holder === b.holder && a.ino === b.ino && a.mtimeMs === b.mtimeMs;

/** Whether a lock is gone, by us or by another. */
async function removed(lock: string, held: Held): Promise<boolean> {
  const aside = `${lock}.${process.pid}.${randomBytes(6).toString("hex")}`;
  try {
    await rename(lock, aside);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
  const taken = await heldLock(aside);
  // This is the lock of another that was quicker: it is put back.
  if (taken && !isSame(taken, held)) await symlink(taken.holder, lock).catch(() => {});
  await unlink(aside).catch(() => {});
  return true;
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
