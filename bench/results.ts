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
  /** Runs before, of which some measures weren't taken again. */
  earlier?: EarlierRun[];
}

export interface EarlierRun extends Pick<Results, "date" | "machine" | "titles"> {
  /** The ids of its measures. */
  of: string[];
}

/** Earlier results, with those of a later run in the place of what it measured again. */
export function merge(earlier: Results, later: Results): Results {
  const again = new Map(later.measures.map((measure) => [measure.id, measure]));
  const kept = earlier.measures.map((measure) => again.get(measure.id) ?? measure);
  const known = new Set(kept.map(({ id }) => id));
  const runs = runsOf(earlier)
    .map((run) => ({ ...run, of: run.of.filter((id) => !again.has(id)) }))
    .filter((run) => run.of.length > 0);
  return {
    ...later,
    titles: { ...earlier.titles, ...later.titles },
    measures: [...kept, ...later.measures.filter(({ id }) => !known.has(id))],
    ...(runs.length > 0 && { earlier: runs }),
  };
}

/** Each run with the measures that are still its own, the latest one last. */
export function runsOf({ date, machine, titles, measures, earlier = [] }: Results): EarlierRun[] {
  const before = new Set(earlier.flatMap((run) => run.of));
  const of = measures.map(({ id }) => id).filter((id) => !before.has(id));
  return [...earlier, { date, machine, titles, of }];
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
