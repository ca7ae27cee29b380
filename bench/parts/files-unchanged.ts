import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFile } from "../../test/fixtures/files.ts";
import { Contestant, takeTurns, whoDo } from "../bench.ts";
import { ours } from "../measure.ts";
import type { Part } from "./part.ts";

const folders = 500;
const each = 20;
const size = 100;

/** Seconds for a peer: rclone has one turn. */
const patience = 10;

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
          // What is there already isn't the peer's work: for some it would take ten minutes.
          execFileSync("cp", ["-a", source, `${source}-of-${peer.id}`]);
          await contestant.time("open");
        }),
      wearIn: (contestant, { id }) => contestant.time("sync", source, `${source}-of-${id}`),
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
