import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFile } from "../../test/fixtures/files.ts";
import type { Contestant } from "../bench.ts";
import type { Part } from "./part.ts";
import { recordRate } from "./rate.ts";
import { recordRoundTrips } from "./round-trips.ts";

const size = 1000;

export const getSmall = small("get");
export const putSmall = small("put");

function small(direction: "get" | "put"): Part {
  return {
    name: `${direction}-small`,
    summary: `a file of ${size} bytes on an open session`,
    async run(bench) {
      const { lab } = bench;
      const [from, to] =
        direction === "get" ? [lab.server.home, lab.folder] : [lab.folder, lab.server.home];
      const source = makeFile(join(from, "small"), size);
      const dest = join(to, "small-copy");
      const transfer = async (contestant: Contestant): Promise<number> => {
        rmSync(dest, { force: true });
        const seconds = await contestant.time(direction, source, dest);
        if (!readFileSync(dest).equals(readFileSync(source))) throw new Error("not the same file");
        return seconds;
      };
      await recordRate({
        bench,
        work: "small",
        id: `small.${direction}.rate`,
        title: `${direction} of a small file`,
        async time(contestant, count) {
          let seconds = 0;
          for (let n = 0; n < count; n++) seconds += await transfer(contestant);
          return seconds;
        },
      });
      let others = 0;
      await recordRoundTrips({
        bench,
        work: "small",
        id: `small.${direction}`,
        title: `${direction} of a small file`,
        async warmUp(contestant) {
          await contestant.time("open");
          // Those at the same time must not share a destination.
          const own = `${dest}-${others++}`;
          for (let n = 0; n < 2; n++) await contestant.time(direction, source, own);
        },
        time: transfer,
      });
    },
  };
}
