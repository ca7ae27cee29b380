import { rmSync } from "node:fs";
import { join } from "node:path";
import { makeFile, sha256 } from "../../test/fixtures/files.ts";
import { Contestant, takeTurns } from "../bench.ts";
import { ours } from "../measure.ts";
import type { Peer } from "../peers.ts";
import type { Part } from "./part.ts";

const size = 256 * 1024 * 1024;

/** Seconds for a peer; the slowest have one or two turns instead of all. */
const patience = 30;

export const getLarge = large("get", 0);
export const putLarge = large("put", 0);
export const getLargeDelayed = large("get", 50);
export const putLargeDelayed = large("put", 50);

function large(direction: "get" | "put", delay: number): Part {
  const isDelayed = delay > 0;
  return {
    name: `fs-${direction}${isDelayed ? "-delayed" : ""}`,
    summary: `fs.${direction} of a file of 256 MB${isDelayed ? `, on a link of ${delay} ms` : ""}`,
    async run(bench) {
      const { lab } = bench;
      const link = isDelayed ? (await lab.links(delay))[0] : lab.direct;
      const [from, to] =
        direction === "get" ? [lab.server.home, lab.folder] : [lab.folder, lab.server.home];
      const source = makeFile(join(from, "large"), size);
      const dest = join(to, "large-copy");
      const expected = await sha256(source);
      const checked = new Set<string>();
      const samples = await takeTurns(bench, {
        players: bench.peers.filter((peer) => lineOf(peer, direction, isDelayed) !== undefined),
        patience,
        prepare: (peer) => Contestant.start(peer, lab, link, (each) => each.time("open")),
        async measure(contestant, peer) {
          const line = lineOf(peer, direction, isDelayed) as string;
          const seconds = await contestant.time(line, source, dest);
          if (!checked.has(contestant.id)) {
            if ((await sha256(dest)) !== expected) throw new Error("not the same file");
            checked.add(contestant.id);
          }
          rmSync(dest);
          return size / 1e6 / seconds;
        },
      });
      rmSync(source);
      bench.record({
        id: isDelayed ? `fs.${direction}.rtt50.rate` : `fs.${direction}.rate`,
        title: `fs.${direction} of 256 MB${isDelayed ? ", 50 ms" : ""}`,
        unit: "MB/s",
        better: "higher",
        subject: ours,
        samples,
      });
    },
  };
}

/** By what a peer is asked for a large file; undefined where it isn't. */
function lineOf({ does }: Peer, direction: "get" | "put", isDelayed: boolean): string | undefined {
  if (does.includes("files")) return `${direction}files`;
  return does.includes(isDelayed ? "bulk-delayed" : "bulk") ? direction : undefined;
}
