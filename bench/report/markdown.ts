import { coldStarts, headline, isShown } from "../headline.ts";
import type { Measure } from "../measure.ts";
import { advantage, ours } from "../measure.ts";
import type { Results } from "../results.ts";
import { hasVersion, shortTitle, runsOf } from "../results.ts";
import { median } from "../statistics.ts";
import { verdictsOf } from "../targets.ts";
import { figure } from "./table.ts";

const begin = "<!-- generated from bench/results/latest.json by npm run generate -->";
const end = "<!-- end of the generated part -->";

/** The project's README: our figures, and how many times better they are than each peer's. */
export function ratioTable(results: Results): string {
  const shown = headline.flatMap(({ measure: id, title }) => {
    const measure = results.measures.find((each) => each.id === id);
    return measure === undefined ? [] : [{ measure, title }];
  });
  // Those that only move large files would make it wide; the chart has them.
  const peers = Object.keys(results.titles).filter(
    (id) =>
      id !== ours && isShown(id) && shown.filter(({ measure }) => id in measure.samples).length > 3,
  );
  const head = ["", "sshrpc", ...peers.map((id) => shortTitle(results.titles[id] ?? id))];
  const rows = shown.map(({ measure, title }) => {
    const mine = measure.samples[ours];
    const value = mine === undefined ? "" : `${figure(median(mine))} ${unitText(measure.unit)}`;
    const ratios = peers.map((id) => {
      const ratio = advantage(measure, ours, id);
      return ratio === undefined ? "" : `${figure(ratio)} ×`;
    });
    return [title, value, ...ratios];
  });
  return markdownTable([head, ...rows]);
}

/** The project's README: how long whole programs take; a table for each kind of start that was measured. */
export function coldTables({ measures, titles }: Results): string[] {
  return coldStarts.flatMap(({ measure: id, title }) => {
    const measure = measures.find((each) => each.id === id);
    if (!measure) return [];
    const programs = Object.entries(measure.samples);
    const head = ["", ...programs.map(([program]) => titles[program] ?? program)];
    const times = programs.map(([, samples]) => `${figure(median(samples))} ${measure.unit}`);
    return [markdownTable([head, [title, ...times]])];
  });
}

/** bench/README.md: what was aimed at and what is. */
export function targetTable(results: Results): string {
  const rows = verdictsOf(results).map(([measure, { required, value, met }]) => [
    measure.title,
    required,
    figure(value),
    met ? "met" : "falls short",
  ]);
  return markdownTable([["", "required", "measured", ""], ...rows]);
}

/** What the figures were measured on, and with whom: a paragraph for each run that some are of. */
export function conditions(results: Results): string {
  const runs = runsOf(results).toReversed();
  const absent = results.missing.map(({ id, why }) => `${id} (${why})`);
  const paragraphs = runs.map(({ date, machine, titles, of }) => {
    const measures = results.measures.filter(({ id }) => of.includes(id));
    const took = new Set(measures.flatMap(({ samples }) => Object.keys(samples)));
    const peers = Object.entries(titles).filter(
      ([id, title]) => isShown(id) && hasVersion(title) && (runs.length === 1 || took.has(id)),
    );
    const parts = [...new Set(of.map((id) => `\`${id.split(".")[0]}\``))];
    return [
      ...(runs.length === 1 ? [] : [`${parts.join(", ")}:`]),
      `${date.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores, ${machine.system}, Node ${machine.node}; medians of ${runsText(measures)} runs.`,
      ...(peers.length === 0 ? [] : [`${peers.map(([, title]) => title).join("; ")}.`]),
    ].join(" ");
  });
  if (absent.length > 0) paragraphs[0] += ` Missing: ${absent.join("; ")}.`;
  return paragraphs.join("\n\n");
}

/** Measures come from several runs of the bench; some peers lose patience earlier. */
function runsText(measures: readonly Measure[]): string {
  const counts = measures.map(({ samples }) =>
    Math.max(...Object.values(samples).map(({ length }) => length)),
  );
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? `${least}` : `${least} to ${most}`;
}

/** Puts the generated part into a text that people write. */
export function between(text: string, generated: string): string {
  const [before, , after] = text.split(new RegExp(`${begin}|${end}`));
  if (before === undefined || after === undefined) throw new Error(`no place for it: ${begin}`);
  return `${before}${begin}\n\n${generated}\n\n${end}${after}`;
}

function unitText(unit: string): string {
  return unit === "round trips" ? "" : unit;
}

function markdownTable([head = [], ...rows]: readonly string[][]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.trim()).join(" | ")} |`;
  const rule = `|---|${head
    .slice(1)
    .map(() => "---:|")
    .join("")}`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}
