import { spawn } from "node:child_process";
import { once } from "node:events";
import { takeTurns } from "../bench.ts";
import { Daemon } from "../daemon.ts";
import { ours } from "../measure.ts";
import { median } from "../statistics.ts";
import type { Part } from "./part.ts";

/** Of which a measurement is the median. */
const starts = 7;

interface Starter extends AsyncDisposable {
  id: string;
  /** Seconds. */
  time(): Promise<number>;
}

export const start: Part = {
  name: "start",
  summary: "the daemon, from spawning it to its first reply, beside node -e 0",
  async run(bench) {
    const daemons = bench.peers.flatMap(({ id, daemon }): Starter[] =>
      daemon === undefined ? [] : [starter(id, () => firstReply(daemon))],
    );
    const samples = await takeTurns(bench, {
      players: [...daemons, starter("node", emptyScript)],
      prepare: async (each) => each,
      async measure(each) {
        const times: number[] = [];
        for (let n = 0; n < starts; n++) times.push(await each.time());
        return median(times) * 1000;
      },
    });
    bench.record({
      id: "start.time",
      title: "start, to the first reply",
      unit: "ms",
      better: "lower",
      subject: ours,
      samples,
    });
  },
};

function starter(id: string, time: () => Promise<number>): Starter {
  return { id, time, async [Symbol.asyncDispose]() {} };
}

async function firstReply(program: string): Promise<number> {
  const begin = performance.now();
  await using daemon = new Daemon(program);
  await daemon.request("initialize");
  return (performance.now() - begin) / 1000;
}

async function emptyScript(): Promise<number> {
  const begin = performance.now();
  await once(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }), "exit");
  return (performance.now() - begin) / 1000;
}
