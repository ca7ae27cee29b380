import { isAvailable } from "../../test/fixtures/requirements.ts";
import type { Bench, Contestant } from "../bench.ts";
import type { Measure } from "../measure.ts";
import { ours } from "../measure.ts";

/** Some pieces of work, measured. */
export interface Metered {
  /** Pieces a second. */
  rate: number;
  /** Milliseconds of CPU time that a piece took: the peer, what of that its daemon, and the server. */
  cpu?: { client: number; daemon: number; server: number };
}

/** Has a contestant do `count` pieces of work: `work` gives the seconds that they took together. */
export async function metered(
  { lab }: Bench,
  contestant: Contestant,
  count: number,
  work: () => Promise<number>,
): Promise<Metered> {
  if (!isAvailable("proc")) return { rate: count / (await work()) };
  const read = (): number[] => {
    const { own, started } = contestant.cpuTime();
    return [own + started, started, lab.serverCpuTime()];
  };
  const before = read();
  const seconds = await work();
  const after = read();
  const used = (n: number): number => (((after[n] ?? 0) - (before[n] ?? 0)) / count) * 1000;
  return { rate: count / seconds, cpu: { client: used(0), daemon: used(1), server: used(2) } };
}

interface Recorded {
  bench: Bench;
  title: string;
  samples: Readonly<Record<string, Metered[]>>;
}

export function recordRates({ bench, title, samples, id }: Recorded & { id: string }): void {
  bench.record({
    id,
    title,
    unit: "/s",
    better: "higher",
    subject: ours,
    samples: valuesOf(samples, ({ rate }) => rate),
  });
}

/** Takes down the CPU time as measures `PREFIX.cpu.client` and so on, where it can be had. */
export function recordCpuTimes({
  bench,
  title,
  samples,
  prefix,
}: Recorded & { prefix: string }): void {
  const daemons = new Set(bench.peers.filter(({ daemon }) => daemon).map(({ id }) => id));
  const ofDaemons = Object.fromEntries(Object.entries(samples).filter(([id]) => daemons.has(id)));
  for (const [side, name, whose] of [
    ["client", "client side", samples],
    ["daemon", "of that the daemon", ofDaemons],
    ["server", "server side", samples],
  ] as const) {
    if (!Object.values(whose).every((each) => each.every(({ cpu }) => cpu !== undefined))) return;
    bench.record({
      id: `${prefix}.cpu.${side}`,
      title: `${title}: ${name}`,
      unit: "ms CPU a command",
      better: "lower",
      subject: ours,
      samples: valuesOf(whose, ({ cpu }) => cpu?.[side] ?? NaN),
    });
  }
}

function valuesOf(
  samples: Readonly<Record<string, Metered[]>>,
  of: (sample: Metered) => number,
): Measure["samples"] {
  return Object.fromEntries(Object.entries(samples).map(([id, each]) => [id, each.map(of)]));
}
