import { median, pairwiseRatios } from "./statistics.ts";

/** What was measured of everyone, on the same work in the same run. */
export interface Measure {
  /** Unique, and stable between releases: `exec.rate`. */
  id: string;
  title: string;
  unit: string;
  better: "higher" | "lower";
  /** Whom the others are compared with; or whom each of some is compared with. */
  subject?: string;
  against?: Record<string, string>;
  /** A value for each repetition, by the peer's id. Those of the same index ran one after the other. */
  samples: Record<string, number[]>;
}

/** The daemon's id among the peers. */
export const ours = "sshrpc";

/** How many times better than `other` `id` does: the median over pairs of repetitions. */
export function advantage(measure: Measure, id: string, other: string): number | undefined {
  const [mine, theirs] = [measure.samples[id], measure.samples[other]];
  if (mine === undefined || theirs === undefined) return undefined;
  const ratios =
    measure.better === "higher" ? pairwiseRatios(mine, theirs) : pairwiseRatios(theirs, mine);
  return median(ratios);
}
