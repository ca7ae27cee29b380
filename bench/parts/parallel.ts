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
    const samples = await takeTurns(bench, {
      players: whoDo(bench, "parallel"),
      prepare: (peer) => Contestant.start(peer, lab, lab.direct, (each) => each.time("open")),
      async wearIn(contestant) {
        if (connectsEachTime(contestant)) return;
        await warmUp(bench, (many) => contestant.time("parallel", many, "true"));
      },
      async measure(contestant) {
        const times = connectsEachTime(contestant) ? 1 : rounds;
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

/** For each command, which takes long and leaves nothing to warm up. */
const connectsEachTime = ({ id }: Contestant): boolean => id === "ssh";
