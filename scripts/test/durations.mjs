import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../run.mjs";

const path = join(root, "scripts/test/durations.json");

/** What a step took when that was last recorded (npm test -- --record), in seconds, by its name. */
const recorded = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};

/** Undefined for one that is newer than the record. */
export function recordedSeconds(name) {
  return recorded[name];
}

/** Takes the durations of steps, and of mocha's files, as the record from now on. */
export function record(seconds) {
  const entries = Object.entries(seconds).map(([name, value]) => [name, Number(value.toFixed(1))]);
  const sorted = Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(path, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** So that no long one is left for the end. What isn't recorded may be long. */
export function longestFirst(steps) {
  const expected = ({ name, seconds }) => seconds ?? recordedSeconds(name) ?? 20;
  return steps.toSorted((a, b) => expected(b) - expected(a));
}
