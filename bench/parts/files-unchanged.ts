import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFile } from "../../test/fixtures/files.ts";
import { Contestant, takeTurns, whoDo } from "../bench.ts";
import { ours } from "../measure.ts";
import type { Part } from "./part.ts";

const folders = 500;
const each = 20;
const size = 100;

/** Seconds for a peer. */
const patience = 60;

export const unchanged: Part = {
  name: "fs-unchanged",
  summary: `an unchanged tree of ${folders * each} files in ${folders} folders put again, at 50 ms`,
  async run(bench) {
    const { lab } = bench;
    const [link] = await lab.links(50);
    const source = join(lab.folder, "unchanged");
    mkdirSync(source);
    for (let n = 0; n < folders; n++) {
      mkdirSync(join(source, `folder-${n}`));
      for (let m = 0; m < each; m++) makeFile(join(source, `folder-${n}`, `file-${m}`), size);
    }
    const samples = await takeTurns(bench, {
      players: whoDo(bench, "unchanged"),
      patience,
      prepare: (peer) =>
        Contestant.start(peer, lab, link, async (contestant) => {
          await contestant.time("open");
          await contestant.time("sync", source, `${source}-of-${peer.id}`);
        }),
      measure: (contestant, { id }) => contestant.time("sync", source, `${source}-of-${id}`),
    });
    for (const { id } of bench.peers)
      rmSync(`${source}-of-${id}`, { recursive: true, force: true });
    rmSync(source, { recursive: true });
    bench.record({
      id: "fs.put.unchanged",
      title: `put of ${folders * each} unchanged files, 50 ms`,
      unit: "s",
      better: "lower",
      subject: ours,
      samples,
    });
  },
};
