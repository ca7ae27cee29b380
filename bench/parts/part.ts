import type { Bench } from "../bench.ts";

/** A part of the bench, which `npm run bench -- NAME` runs by itself. */
export interface Part {
  name: string;
  /** What it measures, in a line. */
  summary: string;
  run(bench: Bench): Promise<void>;
}
