import type { Machine } from "./machine.ts";
import type { Measure } from "./measure.ts";
import type { MissingPeer } from "./peers.ts";

/** What a run of the bench leaves. */
export interface Results {
  /** ISO 8601. */
  date: string;
  machine: Machine;
  /** What to call everyone, with the version, by id. */
  titles: Record<string, string>;
  missing: MissingPeer[];
  measures: Measure[];
}

/** Earlier results, with those of a later run in the place of what it measured again. */
export function merge(earlier: Results, later: Results): Results {
  const again = new Map(later.measures.map((measure) => [measure.id, measure]));
  const kept = earlier.measures.map((measure) => again.get(measure.id) ?? measure);
  const known = new Set(kept.map(({ id }) => id));
  return {
    ...later,
    titles: { ...earlier.titles, ...later.titles },
    measures: [...kept, ...later.measures.filter(({ id }) => !known.has(id))],
  };
}

/** As text that a line of a diff shows a measure's change in. */
export function resultsText(results: Results): string {
  const { measures, ...rest } = results;
  const lines = measures.map((measure) => `    ${JSON.stringify(rounded(measure))}`);
  const head = JSON.stringify(rest, undefined, 2).replace(/\n\}$/, ",");
  return `${head}\n  "measures": [\n${lines.join(",\n")}\n  ]\n}\n`;
}

function rounded(measure: Measure): Measure {
  const samples = Object.entries(measure.samples).map(([id, values]) => [
    id,
    values.map((value) => Number(value.toPrecision(4))),
  ]);
  return { ...measure, samples: Object.fromEntries(samples) as Measure["samples"] };
}

/** A title's end, as of `ssh2 1.17.0`; `node -e 0` has none. */
const version = / \d+\.\S*$/;

export function hasVersion(title: string): boolean {
  return version.test(title);
}

/** A title without its version. */
export function shortTitle(title: string): string {
  return title.replace(version, "");
}
