import { rmSync } from "node:fs";
import { join } from "node:path";
import { makeFile, sha256 } from "../../test/fixtures/files.ts";
import type { Bench } from "../bench.ts";
import { Contestant, takeTurns, whoDo } from "../bench.ts";
import type { Link } from "../lab.ts";
import { ours } from "../measure.ts";
import type { Part } from "./part.ts";

const size = 256 * 1024 * 1024;

/** Seconds for a peer; the slowest have one or two turns instead of all. */
const patience = 60;

export const get = bulk("get", "bulk");
export const put = bulk("put", "bulk");
export const getDelayed = bulk("get", "bulk-delayed");
export const putDelayed = bulk("put", "bulk-delayed");

function bulk(direction: "get" | "put", work: "bulk" | "bulk-delayed"): Part {
  const isDelayed = work === "bulk-delayed";
  return {
    name: isDelayed ? `${direction}-delayed` : direction,
    summary: `a file of 256 MB by path${isDelayed ? ", on a link of 50 ms" : ""}`,
    async run(bench) {
      const { lab } = bench;
      const link = isDelayed ? (await lab.links(50))[0] : lab.direct;
      await record(bench, direction, link, work);
    },
  };
}

async function record(
  bench: Bench,
  direction: "get" | "put",
  link: Link,
  work: "bulk" | "bulk-delayed",
): Promise<void> {
  const { lab } = bench;
  const [from, to] =
    direction === "get" ? [lab.server.home, lab.folder] : [lab.folder, lab.server.home];
  const source = makeFile(join(from, "bulk"), size);
  const dest = join(to, "bulk-copy");
  const expected = await sha256(source);
  const checked = new Set<string>();
  const samples = await takeTurns(bench, {
    players: whoDo(bench, work),
    patience,
    prepare: (peer) => Contestant.start(peer, lab, link, (each) => each.time("open")),
    async measure(contestant) {
      const seconds = await contestant.time(direction, source, dest);
      if (!checked.has(contestant.id)) {
        if ((await sha256(dest)) !== expected) throw new Error("not the same file");
        checked.add(contestant.id);
      }
      rmSync(dest);
      return size / 1e6 / seconds;
    },
  });
  rmSync(source);
  const late = work === "bulk-delayed";
  bench.record({
    id: late ? `${direction}.rtt50.rate` : `${direction}.rate`,
    title: `${direction} of 256 MB by path${late ? ", 50 ms" : ""}`,
    unit: "MB/s",
    better: "higher",
    subject: ours,
    samples,
  });
}
