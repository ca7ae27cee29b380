import type { Measure } from "../measure.ts";
import { advantage } from "../measure.ts";
import { quantile, median } from "../statistics.ts";
import type { Verdict } from "../targets.ts";

/** A measure with a line for each peer: its median, its spread, and how many times better ours is. */
export function measureTable(measure: Measure, titles: ReadonlyMap<string, string>): string {
  const rows = Object.entries(measure.samples)
    .filter(([, values]) => values.length > 0)
    .map(([id, values]) => {
      const spread = `${figure(quantile(values, 0))} – ${figure(quantile(values, 1))}`;
      const ratio = id === measure.subject ? undefined : advantage(measure, id);
      return [
        `  ${titles.get(id) ?? id}`,
        figure(median(values)),
        spread,
        ratio === undefined ? "" : `${figure(ratio)} ×`,
      ];
    });
  const head = `${measure.title} (${measure.unit}, ${measure.better} is better)`;
  return `${head}\n${aligned([["", "median", "from – to", "ours is better"], ...rows])}`;
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
function aligned(rows: readonly string[][]): string {
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
