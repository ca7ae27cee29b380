import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Contestant, takeTurns, whoDo } from "../bench.ts";
import { ours } from "../measure.ts";
import type { Part } from "./part.ts";

const count = 100_000;

/** Seconds for a peer. */
const patience = 60;

export const listing: Part = {
  name: "fs-readdir",
  summary: `a directory of ${count} entries, without delay and on a link of 50 ms`,
  async run(bench) {
    const { lab } = bench;
    const links = await lab.links(0, 50);
    const [none, late] = links;
    const folder = join(lab.server.home, "entries");
    mkdirSync(folder);
    for (let n = 0; n < count; n++) writeFileSync(join(folder, `entry-${n}`), "");
    const samples = await takeTurns(bench, {
      players: whoDo(bench, "listing"),
      patience,
      prepare: (peer) =>
        Promise.all(
          // One request after the other, as most have it, takes a minute on the link.
          (peer.id === ours ? links : [none]).map((link) =>
            Contestant.start(peer, lab, link, (each) => each.time("open")),
          ),
        ),
      async measure(contestants) {
        const seconds: number[] = [];
        for (const each of contestants) seconds.push(await each.time("list", folder, count));
        return seconds;
      },
    });
    rmSync(folder, { recursive: true });
    const values = (of: (seconds: number[]) => number, ids = Object.keys(samples)) =>
      Object.fromEntries(ids.map((id) => [id, (samples[id] ?? []).map(of)]));
    bench.record({
      id: "fs.readdir.rate",
      title: `readdir of ${count} entries`,
      unit: "entries/s",
      better: "higher",
      subject: ours,
      samples: values(([at = 0]) => count / at),
    });
    bench.record({
      id: "fs.readdir.rtt50",
      title: `readdir of ${count} entries, at 50 ms`,
      unit: "round trips",
      better: "lower",
      subject: ours,
      samples: values(
        ([at = 0, then = 0]) => (then - at) / (late.roundTripTime - none.roundTripTime),
        [ours],
      ),
    });
  },
};
