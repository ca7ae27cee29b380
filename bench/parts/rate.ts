import type { Bench } from "../bench.ts";
import { Contestant, takeTurns } from "../bench.ts";
import type { Work } from "../peers.ts";

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

/** Measures how many pieces of work a second are done without delay, by an open session. */
export async function recordRate({ bench, work, id, title, time }: Rate): Promise<void> {
  const { lab } = bench;
  const counts = new Map<string, number>();
  const samples = await takeTurns(
    bench,
    work,
    (peer) =>
      Contestant.start(peer, lab, lab.direct, async (each) => {
        await each.time("open");
        await time(each, 3);
        const seconds = (await time(each, 5)) / 5;
        counts.set(peer.id, Math.min(1000, Math.max(3, Math.round(length / seconds))));
      }),
    async (contestant) => {
      const count = counts.get(contestant.id) ?? 1;
      return count / (await time(contestant, count));
    },
  );
  bench.record({ id, title, unit: "/s", better: "higher", samples });
}
