import { recordCpuTimes } from "./metered.ts";
import type { Part } from "./part.ts";
import { recordRate } from "./rate.ts";
import { recordRoundTrips } from "./round-trips.ts";

/** One after the other, so that a channel which was opened ahead of need must be there again. */
const inARow = 2;

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
