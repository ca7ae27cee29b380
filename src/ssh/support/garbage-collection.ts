import { isSet } from "./process-settings.ts";

/** Commands after which it pays: V8 has compiled their code by then. Before, less memory is better. */
export const commandsInUse = 1500;

/** Bytes through forwards after which it pays. */
export const bytesInUse = 16 * 1024 * 1024;

let commands = 0;
let bytes = 0;
let isDone = false;

/**
 * Has V8 mark the heap in one go, when that has grown, and not piece by piece meanwhile. With that it
 * stops tidying up when the daemon is idle, at the cost of some tens of megabytes that stay for longer.
 *
 * For transfers, and for what goes through forwards: V8 takes the buffers that they go through for a
 * growing heap, though all of them are soon gone, and would mark everything anew again and again: a
 * transfer is slower for it, and so are commands on other sessions. Scavenges free those buffers as
 * well. What it brings: `npm run bench --
 * fairness --beside` a checkout without it.
 *
 * For commands: tidying up drops the hidden classes that no object has just then, a channel's for one,
 * and with them the compiled code that was made for those. Some thousand commands would take longer.
 */
export function markInOneGo(): void {
  if (isDone || !isSet("mark-in-one-go")) return;
  isDone = true;
  // Loaded only here, as the start doesn't need it.
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  setFlagsFromString("--no-incremental-marking");
  // V8 takes what bin/compile-cache.js keeps at the end only under the flags that it was made with.
  process.prependOnceListener("exit", () => setFlagsFromString("--incremental-marking"));
}

/** Counts a command of the daemon's, or a forward's connection: after {@link commandsInUse} of them, {@link markInOneGo}. */
export function countCommand(): void {
  commands += 1;
  if (commands === commandsInUse) markInOneGo();
}

/** Counts bytes that forwards carry: after {@link bytesInUse} of them, {@link markInOneGo}. */
export function countBytes(carried: number): void {
  bytes += carried;
  if (bytes >= bytesInUse) markInOneGo();
}
