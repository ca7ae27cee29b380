import type { Bench } from "./bench.ts";
import { Lab } from "./lab.ts";
import { machine } from "./machine.ts";
import type { Measure } from "./measure.ts";
import { parts } from "./parts/parts.ts";
import { besidePeer, preparePeers } from "./peers.ts";
import { measureTable, verdictTable } from "./report/table.ts";
import type { Results } from "./results.ts";
import { verdictsOf } from "./targets.ts";
import { tempDir } from "../test/fixtures/temp.ts";

export interface Plan {
  /** Names. */
  parts: readonly string[];
  /** Ids; ours among them. */
  peers: readonly string[];
  runs: number;
  /** Pieces of work that a peer does before its first run. */
  wearIn: number;
  /** Another checkout, to be measured beside ours. */
  beside?: string | undefined;
  /** Takes the tables, as they come. */
  print: (text: string) => void;
}

/** Runs parts of the bench: what they measured. */
export async function run({ runs, wearIn, beside, print, ...chosen }: Plan): Promise<Results> {
  await using temp = tempDir("bench-peers");
  const { peers, missing } = preparePeers(chosen.peers, temp.path);
  if (beside !== undefined) peers.splice(1, 0, besidePeer(beside));
  for (const { id, why } of missing) print(`missing: ${id}: ${why}`);
  const titles = new Map(peers.map(({ id, title, version }) => [id, `${title} ${version}`]));
  const measures: Measure[] = [];
  await using lab = await Lab.start();
  const bench: Bench = {
    lab,
    peers,
    titles,
    runs,
    wearIn,
    record: (measure) => {
      measures.push(measure);
      print(`\n${measureTable(measure, titles)}`);
    },
    warn: print,
  };
  for (const part of parts.filter(({ name }) => chosen.parts.includes(name))) {
    print(`\n== ${part.name}: ${part.summary}`);
    const begin = performance.now();
    await part.run(bench);
    print(`\n== ${part.name}: ${((performance.now() - begin) / 1000).toFixed(0)} s`);
  }
  const results: Results = {
    date: new Date().toISOString(),
    machine: machine(),
    titles: Object.fromEntries(titles),
    missing,
    measures,
  };
  const verdicts = verdictsOf(results);
  if (verdicts.length > 0) print(`\n${verdictTable(verdicts)}`);
  return results;
}
