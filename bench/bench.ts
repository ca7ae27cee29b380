import { randomUUID } from "node:crypto";
import { cpuTime, processesWithEnv, residentMemory } from "../test/fixtures/processes.ts";
import type { Lab, Link } from "./lab.ts";
import { LineProcess } from "./line-process.ts";
import type { Measure } from "./measure.ts";
import { ours } from "./measure.ts";
import type { Peer, Work } from "./peers.ts";

/** What a part of the bench has to work with. */
export interface Bench {
  lab: Lab;
  /** Those that take part; ours is the first. */
  peers: Peer[];
  /** What tables call everyone, by id. */
  titles: Map<string, string>;
  /** Repetitions that count. */
  runs: number;
  /** Pieces of work that a peer does before them. */
  wearIn: number;
  /** Takes down a result. */
  record: (measure: Measure) => void;
  /** Says what hinders. */
  warn: (text: string) => void;
}

const markName = "BENCH_CONTESTANT";

/** A peer that runs, on one link. */
export class Contestant implements AsyncDisposable {
  readonly id: string;
  readonly #process: LineProcess;
  /** Inherited by all that it starts, a master of OpenSSH in the background too. */
  readonly #mark = randomUUID();

  private constructor({ id, program }: Runnable, lab: Lab, link: Link) {
    this.id = id;
    const env = { ...program.env, ...lab.environment(link), [markName]: this.#mark };
    this.#process = new LineProcess({ ...program, env });
  }

  /** Starts it and has it warm up. */
  static async start(
    peer: Runnable,
    lab: Lab,
    link: Link,
    warmUp: (contestant: Contestant) => Promise<unknown>,
  ): Promise<Contestant> {
    const contestant = new Contestant(peer, lab, link);
    try {
      await warmUp(contestant);
      return contestant;
    } catch (error) {
      await contestant[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Has it do some work: the seconds that took, to the answer's arrival. */
  async time(...words: (string | number)[]): Promise<number> {
    const begin = performance.now();
    const answer = await this.#process.ask(words.join("\t"));
    const seconds = (performance.now() - begin) / 1000;
    if (answer !== "ok") throw new Error(`${words[0]}: ${answer}`);
    return seconds;
  }

  /** CPU seconds so far of the program itself, and of all that it started. Linux only. */
  cpuTime(): { own: number; started: number } {
    const pids = processesWithEnv(`${markName}=${this.#mark}`);
    const all = cpuTime(...pids);
    const { own } = cpuTime(...pids.filter((pid) => pid === this.#process.pid));
    return { own, started: all.own + all.reaped - own };
  }

  /** Resident memory in MB of the program itself, and of all that it started. Linux only. */
  memory(): number {
    const pids = processesWithEnv(`${markName}=${this.#mark}`);
    return pids.reduce((sum, pid) => sum + residentMemory(pid), 0) / 1e6;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]();
  }
}

type Runnable = Pick<Peer, "id" | "program">;

/** Those of the bench's peers that do some work. */
export function whoDo(bench: Bench, work: Work): Peer[] {
  return bench.peers.filter(({ does }) => does.includes(work));
}

export interface Turns<Player, Prepared, Sample> {
  players: readonly Player[];
  prepare: (player: Player) => Promise<Prepared>;
  /** Before each round, of all at once. */
  warmUp?: (prepared: Prepared) => Promise<unknown>;
  /** In its first turn, before it is measured. */
  wearIn?: (prepared: Prepared, player: Player) => Promise<unknown>;
  measure: (prepared: Prepared, player: Player) => Promise<Sample>;
  /** Seconds, after which a player that has had a turn gets no more; ours always does. */
  patience?: number;
}

/**
 * Has all players take turns: each is prepared, and then measured as often as the bench has runs,
 * A B C A B C …, so that what changes on the machine meanwhile meets all of them alike. One that fails
 * is left out with a warning; if ours does, that is an error.
 */
export async function takeTurns<
  Player extends { id: string },
  Prepared extends AsyncDisposable | AsyncDisposable[],
  Sample,
>(
  { runs, warn }: Bench,
  {
    players,
    prepare,
    warmUp,
    wearIn,
    measure,
    patience = Infinity,
  }: Turns<Player, Prepared, Sample>,
): Promise<Record<string, Sample[]>> {
  const samples: Record<string, Sample[]> = {};
  const spent = new Map<string, number>();
  const leftOut = new Set<string>();
  const all: (AsyncDisposable | AsyncDisposable[])[] = [];
  const attempt = async <Result>({ id }: Player, task: () => Promise<Result>) => {
    try {
      return await task();
    } catch (error) {
      if (id === ours) throw error;
      warn(`${id} is left out: ${(error as Error).message}`);
      leftOut.add(id);
      delete samples[id];
      return undefined;
    }
  };
  try {
    const ready = await Promise.all(
      players.map((player) =>
        attempt(player, async () => {
          const prepared = await prepare(player);
          all.push(prepared);
          return prepared;
        }),
      ),
    );
    for (let run = 0; run < runs; run++) {
      await Promise.all(
        players.map(async (player, n) => {
          const prepared = ready[n];
          if (prepared === undefined || leftOut.has(player.id)) return;
          await attempt(player, async () => warmUp?.(prepared));
        }),
      );
      for (const [n, player] of players.entries()) {
        const prepared = ready[n];
        const { id } = player;
        const soFar = spent.get(id) ?? 0;
        if (prepared === undefined || leftOut.has(id)) continue;
        if (id !== ours && soFar > patience) continue;
        const begin = performance.now();
        const sample = await attempt(player, async () => {
          if (samples[id] === undefined) await wearIn?.(prepared, player);
          return measure(prepared, player);
        });
        if (sample === undefined) continue;
        spent.set(id, soFar + (performance.now() - begin) / 1000);
        (samples[id] ??= []).push(sample);
      }
    }
  } finally {
    await Promise.all(all.flat().map((each) => each[Symbol.asyncDispose]()));
  }
  return samples;
}
