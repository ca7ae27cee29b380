import { headline, isShown } from "../headline.ts";
import { advantage } from "../measure.ts";
import type { Measure } from "../measure.ts";
import type { Results } from "../results.ts";
import { shortTitle } from "../results.ts";
import { figure } from "./table.ts";

// All lengths are in pixels.
const panelWidth = 430;
const gap = 30;
const nameWidth = 120;
/** For the figure behind the longest bar. */
const figureWidth = 46;
const titleHeight = 30;
const barHeight = 16;
const headHeight = 46;

interface Bar {
  name: string;
  ratio: number;
}

interface Panel {
  title: string;
  bars: Bar[];
}

/**
 * How many times better ours does than each peer, as SVG: a panel for each headline measure, bars on
 * one logarithmic scale, to the right of the line at 1 where ours is ahead, to its left where not.
 */
export function chart(results: Results): string {
  const panels = headline.flatMap(({ measure, title }) => {
    const found = results.measures.find(({ id }) => id === measure);
    const bars = found === undefined ? [] : barsOf(found, results.titles);
    return bars.length === 0 ? [] : [{ title, bars }];
  });
  const columns = inColumns(panels);
  const scale = scaleFor(panels.flatMap(({ bars }) => bars.map(({ ratio }) => ratio)));
  const width = columns.length * (panelWidth + gap) - gap;
  const height = headHeight + Math.max(0, ...columns.map(columnHeight));
  const body = columns.flatMap((column, n) => {
    const x = n * (panelWidth + gap);
    let y = headHeight;
    return column.map((panel) => {
      const drawn = drawPanel(panel, scale, x, y);
      y += panelHeight(panel);
      return drawn;
    });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="How many times better sshrpc does than each peer">
<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.head { font-size: 15px; font-weight: 600 }
.title { font-weight: 600 }
.note, .tick { fill: #59636e }
.tick { font-size: 10px; text-anchor: middle }
.name { text-anchor: end }
.ahead { fill: #2f7d4f }
.behind { fill: #c2571a }
.one { stroke: #59636e }
.grid { stroke: #d1d9e0 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.note, .tick { fill: #9198a1 }
.ahead { fill: #4cae75 }
.behind { fill: #e08a4f }
.one { stroke: #9198a1 }
.grid { stroke: #3d444d }
}
</style>
<text class="head" x="0" y="16">How many times better sshrpc does</text>
<text class="note" x="0" y="34">than each peer in the same run on the same work; logarithmic, the line is 1 ×</text>
${body.join("\n")}
</svg>
`;
}

function barsOf(measure: Measure, titles: Readonly<Record<string, string>>): Bar[] {
  const { subject, samples } = measure;
  if (subject === undefined) return [];
  return Object.keys(samples)
    .filter((id) => id !== subject && isShown(id))
    .map((id) => ({
      name: shortTitle(titles[id] ?? id),
      ratio: advantage(measure, subject, id) ?? 1,
    }))
    .toSorted((a, b) => b.ratio - a.ratio);
}

/** Panels keep their order; each goes under the shortest column's end. */
function inColumns(panels: readonly Panel[]): Panel[][] {
  const columns: Panel[][] = [[], []];
  const total = columnHeight(panels);
  let above = 0;
  for (const panel of panels) {
    columns[above + panelHeight(panel) / 2 < total / 2 ? 0 : 1]?.push(panel);
    above += panelHeight(panel);
  }
  return columns.filter((column) => column.length > 0);
}

function columnHeight(panels: readonly Panel[]): number {
  return panels.reduce((sum, panel) => sum + panelHeight(panel), 0);
}

function panelHeight({ bars }: Panel): number {
  return titleHeight + bars.length * barHeight + 12;
}

interface Scale {
  /** Where in a panel's room for bars a ratio is. */
  at(ratio: number): number;
  ticks: number[];
}

/** From the next power of ten, or a half or a fifth of it, below the least to that above the most. */
function scaleFor(ratios: readonly number[]): Scale {
  const steps = [-2, -1, 0, 1, 2].flatMap((power) => [1, 2, 5].map((n) => n * 10 ** power));
  const least = Math.min(0.5, ...ratios);
  const most = Math.max(2, ...ratios);
  const from = steps.findLast((step) => step <= least) ?? least;
  const to = steps.find((step) => step >= most) ?? most;
  const room = panelWidth - nameWidth - figureWidth;
  const ticks = steps.filter((step) => step >= from && step <= to);
  return {
    at: (ratio) => (Math.log(ratio / from) / Math.log(to / from)) * room,
    ticks: ticks.length > 7 ? ticks.filter((step) => /^0?\.?0*1/.test(String(step))) : ticks,
  };
}

function drawPanel({ title, bars }: Panel, scale: Scale, x: number, y: number): string {
  const left = x + nameWidth;
  const top = y + titleHeight;
  const bottom = top + bars.length * barHeight;
  const one = left + scale.at(1);
  const ticks = scale.ticks.map((tick) => {
    const at = fixed(left + scale.at(tick));
    const line = `<line class="${tick === 1 ? "one" : "grid"}" x1="${at}" x2="${at}" y1="${top - 3}" y2="${bottom}"/>`;
    return `${line}<text class="tick" x="${at}" y="${top - 5}">${tick}</text>`;
  });
  const rows = bars.map(({ name, ratio }, n) => {
    const rowY = top + n * barHeight;
    const end = left + scale.at(ratio);
    const [from, to] = ratio >= 1 ? [one, end] : [end, one];
    const bar = `<rect class="${ratio >= 1 ? "ahead" : "behind"}" x="${fixed(from)}" y="${rowY + 3}" width="${fixed(Math.max(to - from, 1))}" height="${barHeight - 5}" rx="2"/>`;
    const text = `<text x="${fixed(Math.max(end, one) + 5)}" y="${rowY + 12}">${figure(ratio)} ×</text>`;
    return `<text class="name" x="${left - 8}" y="${rowY + 12}">${escaped(name)}</text>${bar}${text}`;
  });
  const head = `<text class="title" x="${x}" y="${y + 12}">${escaped(title)}</text>`;
  return [head, ...ticks, ...rows].join("\n");
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
