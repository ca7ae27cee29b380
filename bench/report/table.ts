import type { Measure } from "../measure.ts";
import { advantage } from "../measure.ts";
import { quantile, median } from "../statistics.ts";
import type { Verdict } from "../targets.ts";

/** A measure with a line for each peer: its median, its spread, and how it compares. */
export function measureTable(measure: Measure, titles: ReadonlyMap<string, string>): string {
  const { title, unit, better, samples, against } = measure;
  const rows = Object.entries(samples).map(([id, values]) => [
    `  ${titles.get(id) ?? id}`,
    figure(median(values)),
    `${figure(quantile(values, 0))} – ${figure(quantile(values, 1))}`,
    ratioCell(measure, id),
  ]);
  const comparison = against === undefined ? "ours is better" : "beside the bare wire";
  const head = ["", "median", "from – to", comparison];
  return `${title} (${unit}, ${better} is better)\n${aligned([head, ...rows])}`;
}

function ratioCell(measure: Measure, id: string): string {
  const { subject, against = {} } = measure;
  const other = against[id];
  if (other !== undefined) return timesText(advantage(measure, id, other));
  return subject === undefined || id === subject ? "" : timesText(advantage(measure, subject, id));
}

function timesText(ratio: number | undefined): string {
  return ratio === undefined ? "" : `${figure(ratio)} ×`;
}

/** The required figures and how they were met. */
export function verdictTable(verdicts: readonly [Measure, Verdict][]): string {
  const rows = verdicts.map(([measure, { required, value, met }]) => [
    measure.title,
    required,
    figure(value),
    met ? "met" : "falls short",
  ]);
  return aligned([["required", "", "measured", ""], ...rows]);
}

/** Three significant digits. */
export function figure(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** Columns of text; all but the first to the right. */
export function aligned(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, n) => Math.max(...rows.map((row) => row[n]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
