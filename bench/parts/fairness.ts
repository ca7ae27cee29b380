import { join } from "node:path";
import { makeFile } from "../../test/fixtures/files.ts";
import type { Bench } from "../bench.ts";
import { Contestant, takeTurns, whoDo } from "../bench.ts";
import { Daemon } from "../daemon.ts";
import type { Lab } from "../lab.ts";
import { ours } from "../measure.ts";
import type { Measure } from "../measure.ts";
import { loginParams } from "./login.ts";
import { quantile } from "../statistics.ts";
import type { Part } from "./part.ts";
import { warmUp } from "./warm-up.ts";

const directions = ["get", "put"] as const;
type Direction = (typeof directions)[number];

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

interface Files {
  local: string;
  remote: string;
}

/** Latencies in seconds. */
type Latencies = Record<"alone" | Direction, number[]>;

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
      wearIn: (pair) => warmUp((many) => latencies(pair, many)),
      async measure(pair): Promise<Latencies> {
        const alone = await latencies(pair, count);
        const [get, put] = [await under(pair, "get"), await under(pair, "put")];
        return { alone, get, put };
      },
    });
    const record = (measure: Pick<Measure, "id" | "title" | "unit">, of: Of): void => {
      const values = Object.entries(samples).map(([id, each]) => [id, each.map(of)]);
      const all = Object.fromEntries(values) as Measure["samples"];
      bench.record({ ...measure, better: "lower", subject: ours, samples: all });
    };
    const p99 = (values: readonly number[]): number => quantile(values, 0.99);
    for (const [q, name] of [
      [0.5, "p50"],
      [0.99, "p99"],
    ] as const) {
      const title = `exec's ${name} alone`;
      record(
        { id: `fairness.alone.${name}`, title, unit: "ms" },
        (l) => quantile(l.alone, q) * 1e3,
      );
      for (const direction of directions) {
        record(
          {
            id: `fairness.${direction}.${name}`,
            title: `exec's ${name} under a ${direction}`,
            unit: "ms",
          },
          (l) => quantile(l[direction], q) * 1e3,
        );
      }
    }
    for (const direction of directions) {
      const title = `exec's p99 under a ${direction}`;
      record(
        { id: `fairness.${direction}.times`, title, unit: "times that alone" },
        (l) => p99(l[direction]) / p99(l.alone),
      );
    }
  },
};

type Of = (latencies: Latencies) => number;

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
          transfer: (direction) => bulk.time(...transferOf(direction, files)),
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
    transfer(direction) {
      const [, source, dest] = transferOf(direction, files);
      const method = direction === "get" ? "session.scpRecv" : "session.scpSendfile";
      return bulk.request(method, { session: other, source, dest });
    },
    async [Symbol.asyncDispose]() {
      await commands[Symbol.asyncDispose]();
      await bulk[Symbol.asyncDispose]();
    },
  };
}

function transferOf(direction: Direction, { local, remote }: Files): [Direction, string, string] {
  return direction === "get" ? ["get", remote, `${local}-copy`] : ["put", local, `${remote}-copy`];
}

async function latencies(pair: Pair, howMany: number): Promise<number[]> {
  const seconds: number[] = [];
  for (let n = 0; n < howMany; n++) {
    const begin = performance.now();
    await pair.exec();
    seconds.push((performance.now() - begin) / 1000);
  }
  return seconds;
}

/** The latencies while transfers follow each other without a pause. */
async function under(pair: Pair, direction: Direction): Promise<number[]> {
  const load = new AbortController();
  const transfers = (async () => {
    while (!load.signal.aborted) await pair.transfer(direction);
  })();
  try {
    // A failed transfer isn't waited for to the end.
    return await Promise.race([latencies(pair, count), transfers.then(() => [])]);
  } finally {
    load.abort();
    await transfers;
  }
}
