import { Contestant, takeTurns, whoDo } from "../bench.ts";
import { ours } from "../measure.ts";
import type { Part } from "./part.ts";
import { recordRoundTrips } from "./round-trips.ts";

const command = "printf ready";

export const connect: Part = {
  name: "connect",
  summary: "a fresh connection, to its first command's output",
  async run(bench) {
    const { lab } = bench;
    const first = (contestant: Contestant): Promise<number> => contestant.time("first", command);
    const samples = await takeTurns(bench, {
      players: whoDo(bench, "first"),
      prepare: (peer) => Contestant.start(peer, lab, lab.direct, first),
      measure: async (contestant) => (await first(contestant)) * 1000,
    });
    bench.record({
      id: "connect.time",
      title: "connect to first output",
      unit: "ms",
      better: "lower",
      subject: ours,
      samples,
    });
    await recordRoundTrips({
      bench,
      work: "first",
      id: "connect",
      title: "connect to first output",
      open: first,
      time: first,
    });
  },
};
