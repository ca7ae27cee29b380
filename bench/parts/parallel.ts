import { Contestant, takeTurns, whoDo } from "../bench.ts";
import { ours } from "../measure.ts";
import type { Part } from "./part.ts";

const count = 50;
/** Of 50 each, in a measurement. */
const rounds = 3;

export const parallel: Part = {
  name: "exec-parallel",
  summary: `${count} commands at once on an open session`,
  async run(bench) {
    const { lab } = bench;
    const samples = await takeTurns(bench, {
      players: whoDo(bench, "parallel"),
      prepare: (peer) => Contestant.start(peer, lab, lab.direct, (each) => each.time("open")),
      async measure(contestant) {
        // Those that connect for each command take long; the others' first round isn't a warm one.
        if (contestant.id !== "ssh") await contestant.time("parallel", count, "true");
        const times = contestant.id === "ssh" ? 1 : rounds;
        let seconds = 0;
        for (let n = 0; n < times; n++) seconds += await contestant.time("parallel", count, "true");
        return (times * count) / seconds;
      },
    });
    bench.record({
      id: "parallel.rate",
      title: `exec, ${count} at once`,
      unit: "/s",
      better: "higher",
      subject: ours,
      samples,
    });
  },
};
