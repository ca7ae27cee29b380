import { Contestant, takeTurns, whoDo } from "../bench.ts";
import { metered, recordCpuTimes, recordRates } from "./metered.ts";
import type { Part } from "./part.ts";
import { warmUp } from "./warm-up.ts";

const count = 50;
/** Of 50 each, in a measurement. */
const rounds = 10;

export const parallel: Part = {
  name: "exec-parallel",
  summary: `${count} commands at once on an open session`,
  async run(bench) {
    const { lab } = bench;
    const warm = new Set<Contestant>();
    const samples = await takeTurns(bench, {
      players: whoDo(bench, "parallel"),
      prepare: (peer) => Contestant.start(peer, lab, lab.direct, (each) => each.time("open")),
      async measure(contestant) {
        // It connects for each command, which takes long and leaves nothing to warm up.
        const times = contestant.id === "ssh" ? 1 : rounds;
        if (times > 1 && !warm.has(contestant)) {
          await warmUp((many) => contestant.time("parallel", many, "true"));
          warm.add(contestant);
        }
        return metered(bench, contestant, times * count, async () => {
          let seconds = 0;
          for (let n = 0; n < times; n++) {
            seconds += await contestant.time("parallel", count, "true");
          }
          return seconds;
        });
      },
    });
    const title = `exec, ${count} at once`;
    recordRates({ bench, id: "parallel.rate", title, samples });
    recordCpuTimes({ bench, prefix: "parallel", title, samples });
  },
};
