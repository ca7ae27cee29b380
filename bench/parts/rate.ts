import type { Bench } from "../bench.ts";
import { Contestant, takeTurns, whoDo } from "../bench.ts";
import type { Work } from "../peers.ts";
import { metered, recordRates } from "./metered.ts";
import type { Metered } from "./metered.ts";
import { warmUp } from "./warm-up.ts";

interface Rate {
  bench: Bench;
  work: Work;
  id: string;
  title: string;
  /** Seconds that `count` pieces of work take, one after the other. */
  time: (contestant: Contestant, count: number) => Promise<number>;
}

/** How long one measurement is to take, in seconds: peers differ by a factor of a hundred. */
const length = 0.5;

/**
 * Measures how many pieces of work a second are done without delay, by an open session. Gives what
 * they cost, too.
 */
export async function recordRate({
  bench,
  work,
  id,
  title,
  time,
}: Rate): Promise<Record<string, Metered[]>> {
  const { lab } = bench;
  const counts = new Map<string, number>();
  const samples = await takeTurns(bench, {
    players: whoDo(bench, work),
    prepare: (peer) => Contestant.start(peer, lab, lab.direct, (each) => each.time("open")),
    wearIn: (contestant) => warmUp(bench, (many) => time(contestant, many)),
    async measure(contestant) {
      let count = counts.get(contestant.id);
      if (count === undefined) {
        const seconds = (await time(contestant, 5)) / 5;
        count = Math.min(1000, Math.max(3, Math.round(length / seconds)));
        counts.set(contestant.id, count);
      }
      const pieces = count;
      return metered(bench, contestant, pieces, () => time(contestant, pieces));
    },
  });
  recordRates({ bench, id, title, samples });
  return samples;
}
