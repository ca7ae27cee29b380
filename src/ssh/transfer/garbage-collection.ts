import { setFlagsFromString } from "node:v8";

/**
 * Has V8 mark the heap in one go, when that has grown, and not piece by piece meanwhile.
 *
 * It takes the buffers that a transfer goes through for a growing heap, though all of them are soon
 * gone, and would mark everything anew again and again: the transfer is slower for it, and so are
 * commands on other sessions. Scavenges free those buffers as well, at the cost of some tens of
 * megabytes that they stay for longer, also when the daemon is idle. What it brings: `npm run bench
 * -- fairness --beside` a checkout without it.
 */
export function markInOneGo(): void {
  setFlagsFromString("--no-incremental-marking");
}
