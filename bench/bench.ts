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
  /** Repetitions that count. */
  runs: number;
  /** Takes down a result. */
  record(measure: Measure): void;
  /** Says what hinders. */
  warn(text: string): void;
}

/** A peer that runs, on one link. */
export class Contestant implements AsyncDisposable {
  readonly id: string;
  readonly #process: LineProcess;

  private constructor(peer: Peer, lab: Lab, link: Link) {
    this.id = peer.id;
    const { program } = peer;
    const env = { ...program.env, ...lab.environment(link) };
    this.#process = new LineProcess({ ...program, env });
  }

  /** Starts it and has it warm up. */
  static async start(
    peer: Peer,
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

  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]();
  }
}

/**
 * Has all peers that do `work` take turns: each is prepared, and then measured `runs` times, A B C A B
 * C …, so that what changes on the machine meanwhile meets all of them alike. A peer that fails is left
 * out with a warning; if ours does, that is an error.
 */
export async function takeTurns<Prepared extends Contestant | Contestant[], Sample>(
  bench: Bench,
  work: Work,
  prepare: (peer: Peer) => Promise<Prepared>,
  measure: (prepared: Prepared) => Promise<Sample>,
): Promise<Record<string, Sample[]>> {
  const contestants = new Map<Peer, Prepared>();
  const samples: Record<string, Sample[]> = {};
  const giveUp = (peer: Peer, error: unknown): void => {
    if (peer.id === ours) throw error;
    bench.warn(`${peer.id} is left out: ${(error as Error).message}`);
    contestants.delete(peer);
    delete samples[peer.id];
  };
  const all: (Contestant | Contestant[])[] = [];
  try {
    for (const peer of bench.peers.filter(({ does }) => does.includes(work))) {
      try {
        const prepared = await prepare(peer);
        all.push(prepared);
        contestants.set(peer, prepared);
        samples[peer.id] = [];
      } catch (error) {
        giveUp(peer, error);
      }
    }
    for (let run = 0; run < bench.runs; run++) {
      for (const [peer, prepared] of contestants) {
        try {
          samples[peer.id]?.push(await measure(prepared));
        } catch (error) {
          giveUp(peer, error);
        }
      }
    }
  } finally {
    for (const each of all.flat()) await each[Symbol.asyncDispose]();
  }
  return samples;
}
