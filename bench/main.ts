/** `npm run bench`: see README.md. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { projectRoot } from "../test/fixtures/project.ts";
import { isAvailable } from "../test/fixtures/requirements.ts";
import { ours } from "./measure.ts";
import { parts } from "./parts/parts.ts";
import { enough } from "./parts/warm-up.ts";
import { peerIds } from "./peers.ts";
import { publish, readResults } from "./publish.ts";
import { chart } from "./report/chart.ts";
import { comparison } from "./report/comparison.ts";
import { resultsText } from "./results.ts";
import { run } from "./run.ts";

const usage = `npm run bench -- [PART…] [--runs N] [--peers ID,…] [--beside CHECKOUT] [--publish]
npm run bench -- --list
npm run bench -- --compare BEFORE.json AFTER.json`;

/** What the one who typed the command has to know, without a stack. */
class Misuse extends Error {}

const partNames = parts.map(({ name }) => name);

try {
  await main();
} catch (error) {
  console.error(error instanceof Misuse ? error.message : error);
  process.exitCode = error instanceof Misuse ? 2 : 1;
}

async function main(): Promise<void> {
  const { values: options, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      list: { type: "boolean", default: false },
      compare: { type: "boolean", default: false },
      runs: { type: "string", default: "5" },
      peers: { type: "string", default: peerIds.join() },
      beside: { type: "string" },
      publish: { type: "boolean", default: false },
    },
  });
  if (options.list) {
    console.log(usage);
    console.log(parts.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`).join("\n"));
    console.log(`peers: ${peerIds.join(", ")}`);
    return;
  }
  if (options.compare) {
    const [before, after] = positionals;
    if (before === undefined || after === undefined) throw new Misuse(usage);
    console.log(comparison(readResults(before), readResults(after)));
    return;
  }
  if (!isAvailable("sshd")) throw new Misuse("needs openssh-server and libnss-wrapper");
  const runs = Number(options.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Misuse(usage);
  const results = await run({
    parts: chosen(positionals.length > 0 ? positionals : partNames, partNames),
    peers: chosen([ours, ...options.peers.split(",")], peerIds),
    runs,
    wearIn: enough,
    beside: options.beside === undefined ? undefined : resolve(options.beside),
    print: (text) => console.log(text),
  });
  const folder = join(projectRoot, "bench/results");
  mkdirSync(folder, { recursive: true });
  const name = results.date.slice(0, 19).replaceAll(":", "");
  writeFileSync(join(folder, `${name}.json`), resultsText(results));
  writeFileSync(join(folder, `${name}.svg`), chart(results));
  console.log(`\nbench/results/${name}.json and .svg`);
  if (options.publish) publish(projectRoot, results);
}

/** Those of `names` that there are; another is an error. */
function chosen(names: readonly string[], all: readonly string[]): string[] {
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined)
    throw new Misuse(`there is no ${unknown}; there are ${all.join(", ")}`);
  return [...new Set(names)];
}
