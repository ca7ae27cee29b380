import { mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFile } from "../../test/fixtures/files.ts";
import { Contestant, takeTurns, whoDo } from "../bench.ts";
import type { Measure } from "../measure.ts";
import { ours } from "../measure.ts";
import type { Part } from "./part.ts";

const count = 1000;
const size = 1000;

/** Seconds for a peer. */
const patience = 60;

export const getTree = tree("get");
export const putTree = tree("put");

function tree(direction: "get" | "put"): Part {
  return {
    name: `fs-${direction}-tree`,
    summary: `${count} files of ${size} bytes in a folder, without delay and on a link of 50 ms`,
    async run(bench) {
      const { lab } = bench;
      const links = await lab.links(0, 50);
      const [none, late] = links;
      const [from, to] =
        direction === "get" ? [lab.server.home, lab.folder] : [lab.folder, lab.server.home];
      const source = join(from, "tree");
      const dest = join(to, "tree-copy");
      mkdirSync(source);
      for (let n = 0; n < count; n++) makeFile(join(source, `file-${n}`), size);
      const samples = await takeTurns(bench, {
        players: whoDo(bench, "trees"),
        patience,
        prepare: (peer) =>
          Promise.all(
            (peer.does.includes("trees-delayed") ? links : [none]).map((link) =>
              Contestant.start(peer, lab, link, (each) => each.time("open")),
            ),
          ),
        async measure(contestants) {
          const seconds: number[] = [];
          for (const each of contestants) {
            seconds.push(await each.time(`${direction}files`, source, dest));
            check(source, dest);
            rmSync(dest, { recursive: true });
          }
          return seconds;
        },
      });
      rmSync(source, { recursive: true });
      const title = `${direction} of ${count} small files`;
      const record = (
        rest: Pick<Measure, "id" | "title" | "unit" | "better">,
        of: (seconds: number[]) => number,
      ) => {
        const values = Object.entries(samples).map(([id, each]) => [id, each.map(of)] as const);
        // Those that were not asked on the link have none there.
        const known = values.filter(([, each]) => each.every(Number.isFinite));
        bench.record({ ...rest, subject: ours, samples: Object.fromEntries(known) });
      };
      const rate = { unit: "files/s", better: "higher" } as const;
      record({ ...rate, id: `fs.${direction}.tree.rate`, title }, ([at = 0]) => count / at);
      record(
        { ...rate, id: `fs.${direction}.tree.rtt50.rate`, title: `${title}, 50 ms` },
        ([, at = NaN]) => count / at,
      );
      record(
        {
          id: `fs.${direction}.tree.rtt50`,
          title: `${title}, at 50 ms`,
          unit: "round trips",
          better: "lower",
        },
        ([at = 0, then = NaN]) => (then - at) / (late.roundTripTime - none.roundTripTime),
      );
    },
  };
}

function check(source: string, dest: string): void {
  const names = readdirSync(dest);
  if (names.length !== count) throw new Error(`${names.length} files`);
  for (const name of names.slice(0, 10)) {
    const isSame = readFileSync(join(dest, name)).equals(readFileSync(join(source, name)));
    if (!isSame) throw new Error("not the same file");
  }
}
