import { Contestant, takeTurns } from "../bench.ts";
import type { Part } from "./part.ts";
import { recordRoundTrips } from "./round-trips.ts";

const command = "printf ready";

export const connect: Part = {
  name: "connect",
  summary: "a fresh connection, to its first command's output",
  async run(bench) {
    const { lab } = bench;
    const samples = await takeTurns(
      bench,
      "first",
      (peer) => Contestant.start(peer, lab, lab.direct, (each) => each.time("first", command)),
      async (contestant) => (await contestant.time("first", command)) * 1000,
    );
    bench.record({
      id: "connect.time",
      title: "connect to first output",
      unit: "ms",
      better: "lower",
      samples,
    });
    await recordRoundTrips({
      bench,
      work: "first",
      id: "connect",
      title: "connect to first output",
      warmUp: (contestant) => contestant.time("first", command),
      time: (contestant) => contestant.time("first", command),
    });
  },
};
