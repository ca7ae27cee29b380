import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import type { Machine } from "./client-bounds.ts";

/** Where the process's limits can't be read: what macOS has at the least. Windows has no such limit. */
const usualOpenFiles = 10_240;

/** What this process has. */
export function thisMachine(): Machine {
  // Beyond every size of memory where no control group bounds it.
  const constrained = process.constrainedMemory() || Infinity;
  return { openFiles: openFiles(), memory: Math.min(totalmem(), constrained) };
}

/** The soft limit, which Node has raised to the hard one. */
function openFiles(): number {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    return Number(/^Max open files +(\d+)/m.exec(limits)?.[1] ?? usualOpenFiles);
  } catch {
    return usualOpenFiles;
  }
}
