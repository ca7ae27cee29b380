/** `npm run bench`: see README.md. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectRoot } from "../test/fixtures/project.ts";
import { tempDir } from "../test/fixtures/temp.ts";
import type { Bench } from "./bench.ts";
import { Lab } from "./lab.ts";
import { machine } from "./machine.ts";
import type { Measure } from "./measure.ts";
import { ours } from "./measure.ts";
import { parts } from "./parts/parts.ts";
import { besidePeer, peerIds, preparePeers } from "./peers.ts";
import { measureTable, verdictTable } from "./report/table.ts";
import type { Verdict } from "./targets.ts";
import { judge, targets } from "./targets.ts";

const usage = `npm run bench -- [PART…] [--list] [--runs N] [--peers ID,…] [--beside CHECKOUT]`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: "boolean", default: false },
    runs: { type: "string", default: "5" },
    peers: { type: "string", default: peerIds.join() },
    beside: { type: "string" },
  },
});

if (options.list) {
  console.log(usage);
  console.log(parts.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`).join("\n"));
  console.log(`peers: ${peerIds.join(", ")}`);
} else {
  await main();
}

async function main(): Promise<void> {
  const wanted = chosen(
    positionals.length > 0 ? positionals : parts.map(({ name }) => name),
    parts.map(({ name }) => name),
  );
  const ids = chosen([ours, ...options.peers.split(",")], peerIds);
  const runs = Number(options.runs);
  if (!(runs >= 1)) throw new Error(usage);
  await using temp = tempDir("bench-peers");
  const { peers, missing } = preparePeers(ids, temp.path);
  if (options.beside !== undefined) peers.splice(1, 0, besidePeer(options.beside));
  for (const { id, why } of missing) console.log(`missing: ${id}: ${why}`);
  const titles = new Map(peers.map(({ id, title, version }) => [id, `${title} ${version}`]));

  const measures: Measure[] = [];
  await using lab = await Lab.start();
  const bench: Bench = {
    lab,
    peers,
    titles,
    runs,
    record: (measure) => {
      measures.push(measure);
      console.log(`\n${measureTable(measure, titles)}`);
    },
    warn: (text) => console.log(text),
  };
  for (const part of parts.filter(({ name }) => wanted.includes(name))) {
    console.log(`\n== ${part.name}: ${part.summary}`);
    const begin = performance.now();
    await part.run(bench);
    console.log(`\n== ${part.name}: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  }
  const verdicts = measures.flatMap((measure) =>
    targets
      .filter((target) => target.measure === measure.id)
      .map((target) => [measure, judge(target, measure)] as const)
      .filter((pair): pair is [Measure, Verdict] => pair[1] !== undefined),
  );
  console.log(`\n${verdictTable(verdicts)}`);
  const versions = Object.fromEntries(peers.map(({ id, version }) => [id, version]));
  const results = {
    date: new Date().toISOString(),
    machine: machine(),
    runs,
    versions,
    missing,
    measures,
  };
  const folder = join(projectRoot, "bench/results");
  mkdirSync(folder, { recursive: true });
  const name = `${results.date.slice(0, 19).replaceAll(":", "")}.json`;
  writeFileSync(join(folder, name), `${JSON.stringify(results)}\n`);
  console.log(`\nbench/results/${name}`);
}

/** Those of `names` that there are; another is an error. */
function chosen(names: readonly string[], all: readonly string[]): string[] {
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`there is no ${unknown}; there are ${all.join(", ")}`);
  return [...new Set(names)];
}
