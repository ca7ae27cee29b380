import type { Results } from "../results.ts";
import { median } from "../statistics.ts";
import { aligned, figure } from "./table.ts";

/** The subjects' medians in two runs, and how many times better the later one's are. */
export function comparison(earlier: Results, later: Results): string {
  const rows = later.measures.flatMap(({ id, title, unit, better, subject = "", samples }) => {
    const before = earlier.measures.find((each) => each.id === id)?.samples[subject];
    const after = samples[subject];
    if (before === undefined || after === undefined) return [];
    const [from, to] = [median(before), median(after)];
    const times = better === "higher" ? to / from : from / to;
    return [[`${title} (${unit})`, figure(from), figure(to), `${figure(times)} ×`]];
  });
  return aligned([["", "before", "after", "better"], ...rows]);
}
