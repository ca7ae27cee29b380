import { join } from "node:path";
import { makeFile } from "../../test/fixtures/files.ts";
import type { Bench } from "../bench.ts";
import { Contestant, takeTurns, whoDo } from "../bench.ts";
import { Daemon } from "../daemon.ts";
import type { Lab } from "../lab.ts";
import { directions, endsOf, recordOf, recordQuantiles, transferBy, underLoad } from "./load.ts";
import type { Direction, Files, Latencies } from "./load.ts";
import { loginParams } from "./login.ts";
import { quantile } from "../statistics.ts";
import type { Part } from "./part.ts";
import { warmUp } from "./warm-up.ts";

const size = 256 * 1024 * 1024;
/** Commands of which a measurement has its percentiles: ten are slower than the last of them. */
const count = 1000;

/** Two connections: one that runs commands, one that moves a large file meanwhile. */
interface Pair extends AsyncDisposable {
  exec(): Promise<unknown>;
  transfer(direction: Direction): Promise<unknown>;
}

interface Player {
  id: string;
  prepare(files: Files): Promise<Pair>;
}

export const fairness: Part = {
  name: "fairness",
  summary: "commands on one session while another moves a large file",
  async run(bench) {
    const { lab } = bench;
    const files = { local: join(lab.folder, "fair"), remote: join(lab.server.home, "fair") };
    for (const path of [files.local, files.remote]) makeFile(path, size);
    const samples = await takeTurns(bench, {
      players: playersOf(bench),
      prepare: (player) => player.prepare(files),
      wearIn: (pair) => warmUp(bench, (many) => latencies(pair, many)),
      async measure(pair): Promise<Latencies> {
        const alone = await latencies(pair, count);
        const under = (direction: Direction) =>
          underLoad(
            () => pair.transfer(direction),
            () => latencies(pair, count),
          );
        return { alone, get: await under("get"), put: await under("put") };
      },
    });
    recordQuantiles(bench, samples, "fairness", "exec's");
    const p99 = (values: readonly number[]): number => quantile(values, 0.99);
    for (const direction of directions) {
      const title = `exec's p99 under a ${direction}`;
      const measure = { id: `fairness.${direction}.times`, title, unit: "times that alone" };
      recordOf(bench, samples, measure, (l) => p99(l[direction]) / p99(l.alone));
    }
  },
};

/**
 * Each daemon with both sessions; ours once more with a daemon for each session; and OpenSSH,
 * whose commands and transfers are processes of their own.
 */
function playersOf(bench: Bench): Player[] {
  const { lab } = bench;
  const players = bench.peers.flatMap(({ id, daemon }): Player[] =>
    daemon === undefined ? [] : [{ id, prepare: (files) => daemonPair(lab, files, daemon) }],
  );
  const daemon = bench.peers[0]?.daemon;
  if (daemon !== undefined) {
    players.push({ id: "two-daemons", prepare: (files) => daemonPair(lab, files, daemon, daemon) });
  }
  const master = whoDo(bench, "exec").find(({ id }) => id === "ssh-master");
  const scp = whoDo(bench, "bulk").find(({ id }) => id === "ssh");
  if (master && scp) {
    players.push({
      id: "ssh-master",
      async prepare(files) {
        const commands = await Contestant.start(master, lab, lab.direct, (each) =>
          each.time("open"),
        );
        const bulk = await Contestant.start(scp, lab, lab.direct, async () => {});
        return {
          exec: () => commands.time("exec", 1, "true"),
          transfer: (direction) => bulk.time(direction, ...endsOf(direction, files)),
          async [Symbol.asyncDispose]() {
            await commands[Symbol.asyncDispose]();
            await bulk[Symbol.asyncDispose]();
          },
        };
      },
    });
  }
  return players;
}

async function daemonPair(
  lab: Lab,
  files: Files,
  program: string,
  bulkProgram?: string,
): Promise<Pair> {
  const commands = new Daemon(program);
  const bulk = bulkProgram === undefined ? commands : new Daemon(bulkProgram);
  const { session } = await commands.request("ssh.new", loginParams(lab));
  const { session: other } = await bulk.request("ssh.new", loginParams(lab));
  return {
    exec: () => commands.request("session.exec", { session, command: "true" }),
    transfer: (direction) => transferBy(bulk, other, direction, files),
    async [Symbol.asyncDispose]() {
      await commands[Symbol.asyncDispose]();
      await bulk[Symbol.asyncDispose]();
    },
  };
}

async function latencies(pair: Pair, howMany: number): Promise<number[]> {
  const all: number[] = [];
  for (let n = 0; n < howMany; n++) {
    const begin = performance.now();
    await pair.exec();
    all.push(performance.now() - begin);
  }
  return all;
}
