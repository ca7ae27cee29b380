import type { Bench } from "../bench.ts";
import { Contestant, takeTurns, whoDo } from "../bench.ts";
import { recordCpuTimes, recordRates } from "./metered.ts";
import type { Part } from "./part.ts";
import { recordRate } from "./rate.ts";
import { recordRoundTrips } from "./round-trips.ts";

/** One after the other, so that a channel which was opened ahead of need must be there again. */
const inARow = 2;

/** Of a session's first commands. */
const first = 50;

export const exec: Part = {
  name: "exec",
  summary: "commands on an open session, one after the other",
  async run(bench) {
    const title = "exec, one after the other";
    const samples = await recordRate({
      bench,
      work: "exec",
      id: "exec.rate",
      title,
      time: (contestant, count) => contestant.time("exec", count, "true"),
    });
    recordCpuTimes({ bench, prefix: "exec", title, samples });
    await recordFirst(bench);
    await recordRoundTrips({
      bench,
      work: "exec-delayed",
      id: "exec",
      title: "exec",
      open: (contestant) => contestant.time("open"),
      warmUp: (contestant) => contestant.time("exec", 4, "true"),
      time: async (contestant) => (await contestant.time("exec", inARow, "true")) / inARow,
    });
  },
};

/** What a program gets that starts, does a few things and ends. */
async function recordFirst(bench: Bench): Promise<void> {
  const { lab } = bench;
  const samples = await takeTurns(bench, {
    players: whoDo(bench, "exec"),
    prepare: () => Promise.resolve([]),
    async measure(_, peer) {
      const open = (contestant: Contestant): Promise<number> => contestant.time("open");
      await using contestant = await Contestant.start(peer, lab, lab.direct, open);
      return { rate: first / (await contestant.time("exec", first, "true")) };
    },
  });
  recordRates({ bench, id: "exec.first.rate", title: `exec, a session's first ${first}`, samples });
}
