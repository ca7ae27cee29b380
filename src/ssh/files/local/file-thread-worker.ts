/** The thread of {@link ./file-thread.ts}: does what it is told, one after the other, and says how it went. */
import * as fs from "node:fs";
import { parentPort } from "node:worker_threads";
import { numbersOfOne } from "./file-thread-shared.ts";
import type { Outcome, Task, Works } from "./file-thread-shared.ts";

/** So many outcomes are told at once; who waits for the first isn't to wait for all. */
const mostTold = 32;

const bytes = (text: string) => Buffer.from(text, "latin1");

const works: Works = {
  list(path) {
    const folder = bytes(path.endsWith("/") ? path : `${path}/`);
    const found = fs.readdirSync(bytes(path), { encoding: "buffer" });
    const numbers = new Float64Array(found.length * numbersOfOne);
    let names = "";
    let count = 0;
    for (const name of found) {
      const numbersOf = lstat(Buffer.concat([folder, name]));
      // One that has gone meanwhile isn't there.
      if (!numbersOf) continue;
      numbers.set(numbersOf, count * numbersOfOne);
      names += `${name.toString("latin1")}\0`;
      count += 1;
    }
    return { names, numbers };
  },

  read({ path, most }) {
    const { O_RDONLY, O_NONBLOCK } = fs.constants;
    const file = fs.openSync(bytes(path), O_RDONLY | O_NONBLOCK);
    try {
      const before = fs.fstatSync(file);
      if (!before.isFile() || before.size > most) return undefined;
      const room = Buffer.allocUnsafe(before.size);
      let has = 0;
      while (has < room.length) {
        const count = fs.readSync(file, room, has, room.length - has, has);
        if (count === 0) break;
        has += count;
      }
      const after = fs.fstatSync(file);
      const isSame = after.size === before.size && after.mtimeMs === before.mtimeMs;
      const { mode, size, atimeMs, mtimeMs } = before;
      const changed = has < size || !isSame;
      return { data: room.toString("latin1", 0, has), mode, size, atimeMs, mtimeMs, changed };
    } finally {
      fs.closeSync(file);
    }
  },

  write({ temporary, target, data, isHole, mode, times }) {
    const path = bytes(temporary);
    const file = fs.openSync(path, "wx", 0o600);
    let isOpen = true;
    try {
      if (isHole) fs.ftruncateSync(file, data.length);
      else writeAll(file, bytes(data));
      fs.fchmodSync(file, mode);
      if (times) fs.futimesSync(file, times.atime, times.mtime);
      isOpen = false;
      fs.closeSync(file);
      fs.renameSync(path, bytes(target));
    } catch (error) {
      // Whatever comes of that, what is told is why the file couldn't be written.
      if (isOpen) attempt(() => fs.closeSync(file));
      attempt(() => fs.unlinkSync(path));
      throw error;
    }
  },
};

/**
 * @returns its numbers; none where it has gone. What is there and can't be looked at is not to be
 *   taken for gone: a mirror would lose it.
 */
function lstat(path: Buffer): readonly number[] | undefined {
  try {
    const { mode, size, uid, gid, atimeMs, mtimeMs } = fs.lstatSync(path);
    return [mode, size, uid, gid, atimeMs / 1000, mtimeMs / 1000];
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : [];
  }
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // It can't be helped.
  }
}

function writeAll(file: number, data: Buffer): void {
  for (let at = 0; at < data.length;) at += fs.writeSync(file, data, at);
}

function outcome({ id, work, params, stopped }: Task): Outcome {
  if (Atomics.load(stopped, 0) !== 0) return { id, code: "ECANCELED" };
  try {
    return { id, result: works[work](params as never) };
  } catch (error) {
    return { id, code: (error as NodeJS.ErrnoException).code ?? "EIO" };
  }
}

parentPort?.on("message", (tasks: readonly Task[]) => {
  for (let at = 0; at < tasks.length; at += mostTold) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have none
    parentPort?.postMessage(tasks.slice(at, at + mostTold).map(outcome));
  }
});
