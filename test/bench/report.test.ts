import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { chart } from "../../bench/report/chart.ts";
import { comparison } from "../../bench/report/comparison.ts";
import {
  between,
  coldTables,
  conditions,
  ratioTable,
  targetTable,
} from "../../bench/report/markdown.ts";
import { measureTable, verdictTable } from "../../bench/report/table.ts";
import { merge, resultsText } from "../../bench/results.ts";
import type { Measure } from "../../bench/measure.ts";
import { verdictsOf } from "../../bench/targets.ts";
import { results } from "./results.ts";

const titles = new Map(Object.entries(results.titles));
const measureOf = (id: string): Measure => {
  const found = results.measures.find((each) => each.id === id);
  assert.ok(found);
  return found;
};

describe("bench: report", () => {
  it("a measure's table has everyone's median, spread and ratio", () => {
    assert.equal(
      measureTable(measureOf("exec.rate"), titles),
      [
        "exec, one after the other (/s, higher is better)",
        "                      median   from – to  ours is better",
        "  sshrpc 0.1.0           300   200 – 400",
        "  ControlMaster 9.2      100   100 – 100          3.00 ×",
        "  <eco> & others 1.0    20.0  20.0 – 800          15.0 ×",
      ].join("\n"),
    );
  });

  it("a client's table compares it with the bare wire", () => {
    assert.equal(
      measureTable(measureOf("clients.exec"), titles),
      [
        "clients: exec (/s, higher is better)",
        "           median    from – to  beside the bare wire",
        "  go         90.0  90.0 – 90.0                0.90 ×",
        "  go-bare     100    100 – 100",
      ].join("\n"),
    );
  });

  it("says which targets are met, and those alone that were measured", () => {
    assert.equal(
      verdictTable(verdictsOf(results)),
      [
        "required                                          measured",
        "exec, at 50 ms                 ≤ 1.1 round trips      1.25  falls short",
        "exec, one after the other    ≥ 3 × ControlMaster      3.00          met",
        "exec, one after the other  ≥ 10 × <eco> & others      15.0          met",
      ].join("\n"),
    );
  });

  it("a target of all peers is judged by the best of them", () => {
    const measure: Measure = {
      ...measureOf("exec.rate"),
      id: "parallel.rate",
      samples: { sshrpc: [100], one: [50], best: [125], beside: [1000] },
    };
    assert.deepEqual(verdictsOf({ measures: [measure], titles: {} }), [
      [measure, { required: "≥ 1 × every peer", value: 0.8, met: false }],
    ]);
  });

  it("a target that names who may be so much faster", () => {
    const measure: Measure = {
      ...measureOf("exec.rtt50"),
      id: "start.time",
      samples: { sshrpc: [56], node: [40] },
    };
    const [[, verdict] = []] = verdictsOf({ measures: [measure], titles: {} });
    assert.ok(verdict?.met);
    assert.equal(verdict.value.toFixed(3), "1.400");
  });

  it("Markdown tables hold the same", () => {
    const manyRows = {
      ...results,
      measures: ["exec.rate", "parallel.rate", "get.rate", "put.rate"].map((id) => ({
        ...measureOf("exec.rate"),
        id,
      })),
    };
    const [head, rule, first] = ratioTable(manyRows).split("\n");
    assert.equal(head, "|  | sshrpc | ControlMaster | <eco> & others |");
    assert.equal(rule, "|---|---:|---:|---:|");
    assert.equal(first, "| A command, no delay | 300 /s | 3.00 × | 15.0 × |");
    assert.match(
      targetTable(results),
      /^\| exec, at 50 ms \| ≤ 1.1 round trips \| 1.25 \| falls short \|$/m,
    );
  });

  it("cold starts have a table for each kind that was measured", () => {
    const names = { "cold-js": "JavaScript", "cold-node": "node -e 0" };
    const measure: Measure = {
      id: "cold.shared",
      title: "",
      unit: "ms",
      better: "lower",
      samples: { "cold-js": [50, 70, 60], "cold-node": [8, 8, 8] },
    };
    const cold = { ...results, titles: { ...results.titles, ...names }, measures: [measure] };
    assert.deepEqual(coldTables(cold), [
      [
        "|  | JavaScript | node -e 0 |",
        "|---|---:|---:|",
        "| The same over a login that is there | 60.0 ms | 8.00 ms |",
      ].join("\n"),
    ]);
    assert.deepEqual(coldTables(results), []);
    assert.doesNotMatch(conditions(cold), /node -e/);
  });

  it("says what it was measured on, and who was missing", () => {
    assert.equal(
      conditions(results),
      "2026-01-02, Some CPU, 2 cores, Linux 6.1, Node 20.19.0; medians of 3 runs. " +
        "sshrpc 0.1.0; ControlMaster 9.2; <eco> & others 1.0. " +
        "Missing: asyncssh (no python3 has asyncssh).",
    );
  });

  it("says of how many runs the medians are, where they are of several runs of the bench", () => {
    const longer = { ...measureOf("exec.rtt50"), samples: { sshrpc: [1, 1, 1, 1, 1] } };
    const measures = [measureOf("exec.rate"), longer];
    assert.match(conditions({ ...results, measures }), /; medians of 3 to 5 runs\. /);
  });

  it("two runs are compared by what our medians are", () => {
    const faster = { ...measureOf("exec.rate"), samples: { sshrpc: [450, 600, 450] } };
    const shorter = { ...measureOf("exec.rtt50"), samples: { sshrpc: [1, 1, 1] } };
    const later = { ...results, measures: [faster, shorter, { ...faster, id: "new" }] };
    assert.equal(
      comparison(results, later),
      [
        "                                before  after  better",
        "exec, one after the other (/s)     300    450  1.50 ×",
        "exec, at 50 ms (round trips)      1.25   1.00  1.25 ×",
      ].join("\n"),
    );
  });

  it("the chart has a bar for each peer, to the right where ours is ahead", () => {
    const measures = [
      measureOf("exec.rate"),
      { ...measureOf("exec.rtt50"), id: "exec.trips", samples: { sshrpc: [2], eco: [1] } },
    ];
    const svg = chart({ ...results, measures });
    const bars = [...svg.matchAll(/class="(ahead|behind)" x="([\d.]+)".* width="([\d.]+)"/g)];
    const drawn = bars.map(([, side, x, width]) => ({ side, x: Number(x), width: Number(width) }));
    assert.deepEqual(
      drawn.map(({ side }) => side),
      ["ahead", "ahead", "behind"],
    );
    const [most, less, behind] = drawn;
    assert.ok(most && less && behind);
    // Logarithmic: 15 is so many times longer than 3 as their logarithms are.
    assert.ok(Math.abs(most.width / less.width - Math.log(15) / Math.log(3)) < 0.01);
    assert.equal(most.x, less.x);
    assert.match(svg, /&lt;eco&gt; &amp; others<\/text>/);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  });

  it("the chart of nothing is still one", () => {
    assert.match(chart({ ...results, measures: [] }), /^<svg [^>]*>[^]*<\/svg>\n$/);
  });

  it("generated parts replace the one that was there, and nothing else", () => {
    const [begin, end] = [
      "<!-- generated from bench/results/latest.json by npm run generate -->",
      "<!-- end of the generated part -->",
    ];
    const text = `before\n\n${begin}\n\nold\n\n${end}\nafter\n`;
    assert.equal(between(text, "new"), `before\n\n${begin}\n\nnew\n\n${end}\nafter\n`);
    assert.throws(() => between("no place", "new"), /no place for it/);
  });

  it("results are merged measure by measure, and survive their text", () => {
    const again = { ...measureOf("exec.rate"), samples: { sshrpc: [1] } };
    const fresh = { ...measureOf("exec.rate"), id: "new.rate" };
    const later = { ...results, date: "2026-02-02T00:00:00.000Z", measures: [again, fresh] };
    const merged = merge(results, later);
    assert.deepEqual(
      merged.measures.map(({ id }) => id),
      ["exec.rate", "exec.rtt50", "clients.exec", "new.rate"],
    );
    assert.equal(merged.measures[0], again);
    assert.equal(merged.date, later.date);
    assert.deepEqual(
      merged.earlier?.map(({ date, of }) => [date, of]),
      [[results.date, ["exec.rtt50", "clients.exec"]]],
    );
    const [now, before, ...others] = conditions(merged).split("\n\n");
    assert.match(String(now), /^`exec`, `new`: 2026-02-02, /);
    assert.match(
      String(before),
      new RegExp(`^\`exec\`, \`clients\`: ${results.date.slice(0, 10)}, `),
    );
    assert.deepEqual(others, []);
    const all = merge(merged, { ...results, date: "2026-03-03T00:00:00.000Z" });
    assert.deepEqual(
      all.earlier?.map(({ of }) => of),
      [["new.rate"]],
    );
    assert.deepEqual(JSON.parse(resultsText(merged)), merged);
  });
});
