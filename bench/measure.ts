import { median, pairwiseRatios } from "./statistics.ts";

/** What was measured of everyone, on the same work in the same run. */
export interface Measure {
  /** Unique, and stable between releases: `exec.rate`. */
  id: string;
  title: string;
  unit: string;
  better: "higher" | "lower";
  /** A value for each repetition, by the peer's id. Those of the same index ran one after the other. */
  samples: Record<string, number[]>;
}

/** The one that the others are compared with. */
export const ours = "sshrpc";

/** How many times better `id` does than `other`: the median over pairs of repetitions. */
export function advantage(measure: Measure, other: string, id = ours): number | undefined {
  const [mine, theirs] = [measure.samples[id], measure.samples[other]];
  if (mine === undefined || theirs === undefined) return undefined;
  const ratios =
    measure.better === "higher" ? pairwiseRatios(mine, theirs) : pairwiseRatios(theirs, mine);
  return median(ratios);
}
