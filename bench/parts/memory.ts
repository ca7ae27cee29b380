import { isAvailable } from "../../test/fixtures/requirements.ts";
import { Contestant, takeTurns, whoDo } from "../bench.ts";
import { ours } from "../measure.ts";
import type { Part } from "./part.ts";

const commands = 200;

export const memory: Part = {
  name: "memory",
  summary: "what a client takes that has run commands, with all that it started",
  async run(bench) {
    if (!isAvailable("proc")) return bench.warn("memory is read from /proc");
    const { lab } = bench;
    const samples = await takeTurns(bench, {
      // Of a client with a process for each command nothing is left.
      players: whoDo(bench, "exec").filter(({ id }) => id !== "ssh"),
      prepare: () => Promise.resolve([]),
      async measure(_, peer) {
        const open = (contestant: Contestant): Promise<number> => contestant.time("open");
        await using contestant = await Contestant.start(peer, lab, lab.direct, open);
        await contestant.time("exec", commands, "true");
        return contestant.memory();
      },
    });
    bench.record({
      id: "memory.rss",
      title: `memory after ${commands} commands`,
      unit: "MB",
      better: "lower",
      subject: ours,
      samples,
    });
  },
};
