import { availableParallelism } from "node:os";

/**
 * Most tests wait most of the time, so that more of them than there are cores go on at once; one
 * that computes all the time takes a core, and the room of two.
 */
const room = Math.ceil(2.5 * availableParallelism());
const roomOf = ({ busy }) => (busy ? 2 : 1);

/**
 * Runs steps side by side, in the order given as far as there is room, then one by one those that
 * nothing may run beside. `run` never rejects.
 */
export async function runAll(steps, run) {
  const waiting = steps.filter(({ alone }) => !alone);
  const running = new Set();
  let taken = 0;
  while (waiting.length > 0 || running.size > 0) {
    const at = waiting.findIndex((step) => taken === 0 || taken + roomOf(step) <= room);
    if (at === -1) {
      await Promise.race(running);
      continue;
    }
    const [step] = waiting.splice(at, 1);
    taken += roomOf(step);
    const task = run(step).then(() => {
      running.delete(task);
      taken -= roomOf(step);
    });
    running.add(task);
  }
  for (const step of steps.filter(({ alone }) => alone)) await run(step);
}
