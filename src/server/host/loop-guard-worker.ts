/**
 * The thread of {@link LoopGuard}. It looks once a second, and counts its looks instead of reading a
 * clock: while the process is stopped, or the machine sleeps, the thread stands still as the loop does,
 * and doesn't take that for a loop that hangs.
 */
import { fstatSync, readdirSync, readlinkSync, writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { beatsAt, closingAt, firstPidAt, idleAt, sharedLength } from "./loop-guard-shared.ts";
import { exists } from "./process-watch.ts";

const { shared, parent } = workerData as { shared: Int32Array; parent: number };

/** Milliseconds. */
const lookInterval = 1000;

/** Looks in a row at which the loop stood still and the client was gone. */
const patience = 4;

let beats = -1;
for (let still = 0; still < patience;) {
  Atomics.wait(shared, idleAt, 0, lookInterval);
  const now = Atomics.load(shared, beatsAt);
  still = now === beats && isClientGone() ? still + 1 : 0;
  beats = now;
}
// The loop hangs, so it would handle no other signal.
process.kill(process.pid, "SIGKILL");

function isClientGone(): boolean {
  if (Atomics.load(shared, closingAt) === 1 || process.ppid !== parent) return true;
  for (let at = firstPidAt; at < sharedLength; at++) {
    const pid = Atomics.load(shared, at);
    if (pid !== 0 && !exists(pid)) return true;
  }
  return isInputAbandoned();
}

/** Whether nobody has the other end of stdin, which the loop isn't reading; false if that can't be told. */
function isInputAbandoned(): boolean {
  try {
    const input = fstatSync(0);
    if (input.isSocket()) return isSocketAbandoned();
    return input.isFIFO() && isPipeAbandoned();
  } catch {
    return false;
  }
}

/** Writes 0 bytes: that has no effect, but fails if the other end is closed. */
function isSocketAbandoned(): boolean {
  try {
    writeSync(0, Buffer.alloc(0));
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPIPE";
  }
}

/** On Linux: no other process, of those we may look at in /proc, has the pipe open. */
function isPipeAbandoned(): boolean {
  const pipe = readlinkSync("/proc/self/fd/0");
  const others = readdirSync("/proc").filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  );
  return others.every((pid) => !filesOf(pid).includes(pipe));
}

function filesOf(pid: string): string[] {
  const folder = `/proc/${pid}/fd`;
  return entries(folder).flatMap((fd) => {
    try {
      return [readlinkSync(`${folder}/${fd}`)];
    } catch {
      return [];
    }
  });
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
