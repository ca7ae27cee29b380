import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chart } from "./report/chart.ts";
import { between, coldTables, conditions, ratioTable, targetTable } from "./report/markdown.ts";
import { merge, resultsText } from "./results.ts";
import type { Results } from "./results.ts";

export const latest = "bench/results/latest.json";

/** Merges results into those that are kept in the repository, and renews all that is made of them. */
export function publish(root: string, results: Results): void {
  const path = join(root, latest);
  const merged = existsSync(path) ? merge(readResults(path), results) : results;
  writeFileSync(path, resultsText(merged));
  for (const [name, text] of publishedFiles(root, readResults(path))) {
    writeFileSync(join(root, name), text);
  }
}

/** Every file that is made from results, with what it must hold. Paths count from `root`. */
export function publishedFiles(root: string, results: Results): Map<string, string> {
  const text = (name: string): string => readFileSync(join(root, name), "utf8");
  const image = "![How many times better sshrpc does than each peer](bench/results/latest.svg)";
  const tables = [ratioTable(results), ...coldTables(results)];
  const figures = [image, ...tables, conditions(results)].join("\n\n");
  const aims = [targetTable(results), conditions(results)].join("\n\n");
  return new Map([
    ["bench/results/latest.svg", chart(results)],
    ["README.md", between(text("README.md"), figures)],
    ["bench/README.md", between(text("bench/README.md"), aims)],
  ]);
}

export function readResults(path: string): Results {
  return JSON.parse(readFileSync(path, "utf8")) as Results;
}
