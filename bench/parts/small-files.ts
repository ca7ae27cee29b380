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
      const own = new Map<Contestant, string>();
      await recordRoundTrips({
        bench,
        work: "small",
        id: `small.${direction}`,
        title: `${direction} of a small file`,
        open: (contestant) => contestant.time("open"),
        async warmUp(contestant) {
          // All at the same time: they must not share a destination.
          const copy = own.get(contestant) ?? `${dest}-${own.size}`;
          own.set(contestant, copy);
          for (let n = 0; n < 3; n++) await contestant.time(direction, source, copy);
        },
        time: transfer,
      });
    },
  };
}
