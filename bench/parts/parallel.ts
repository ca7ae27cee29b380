import { Contestant, takeTurns } from "../bench.ts";
import type { Part } from "./part.ts";

const count = 50;
/** Of 50 each, in a measurement. */
const rounds = 3;

export const parallel: Part = {
  name: "exec-parallel",
  summary: `${count} commands at once on an open session`,
  async run(bench) {
    const { lab } = bench;
    const samples = await takeTurns(
      bench,
      "parallel",
      (peer) =>
        Contestant.start(peer, lab, lab.direct, async (each) => {
          await each.time("open");
          await each.time("parallel", count, "true");
        }),
      async (contestant) => {
        let seconds = 0;
        for (let n = 0; n < rounds; n++) {
          seconds += await contestant.time("parallel", count, "true");
        }
        return (rounds * count) / seconds;
      },
    );
    bench.record({
      id: "parallel.rate",
      title: `exec, ${count} at once`,
      unit: "/s",
      better: "higher",
      samples,
    });
  },
};
