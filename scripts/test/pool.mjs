import { availableParallelism, cpus } from "node:os";

/**
 * Most tests wait most of the time, so that more of them than there are cores go on at once; one
 * that computes all the time takes a core, and the room of two.
 */
const room = Math.ceil(2.5 * availableParallelism());
/** As much while the cores have nothing to do all the same. */
const mostRoom = 5 * availableParallelism();
const roomOf = ({ busy }) => (busy ? 2 : 1);

/** Milliseconds after which it is seen whether the cores are idle, and the share from which they are. */
const look = 500;
const idle = 0.15;

/**
 * Runs steps side by side, in the order given as far as there is room, then one by one those that
 * nothing may run beside. `run` never rejects.
 */
export async function runAll(steps, run) {
  const waiting = steps.filter(({ alone }) => !alone);
  const running = new Set();
  let taken = 0;
  const start = (limit) => {
    const at = waiting.findIndex((step) => taken === 0 || taken + roomOf(step) <= limit);
    if (at === -1) return false;
    const [step] = waiting.splice(at, 1);
    taken += roomOf(step);
    const task = run(step).then(() => {
      running.delete(task);
      taken -= roomOf(step);
    });
    running.add(task);
    return true;
  };
  while (waiting.length > 0 || running.size > 0) {
    if (start(room)) continue;
    const before = times();
    // With a step that ends there is room, and with time there may be.
    const hasEnded = await Promise.race([
      ...[...running].map((task) => task.then(() => true)),
      tick(),
    ]);
    if (!hasEnded && idleSince(before) >= idle) start(mostRoom);
  }
  for (const step of steps.filter(({ alone }) => alone)) await run(step);
}

function tick() {
  return new Promise((resolve) => setTimeout(resolve, look, false));
}

/** What the cores have done so far, in milliseconds: all of it, and of that nothing. */
function times() {
  const each = cpus().map((core) => core.times);
  const sum = (of) => each.reduce((all, core) => all + of(core), 0);
  return {
    idle: sum((core) => core.idle),
    all: sum(({ user, nice, sys, idle: none, irq }) => user + nice + sys + none + irq),
  };
}

function idleSince(before) {
  const now = times();
  return (now.idle - before.idle) / Math.max(1, now.all - before.all);
}
