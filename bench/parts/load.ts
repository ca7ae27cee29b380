import type { Bench } from "../bench.ts";
import type { Daemon } from "../daemon.ts";
import { ours } from "../measure.ts";
import type { Measure } from "../measure.ts";
import { quantile } from "../statistics.ts";

/** The ways a large file is moved while something else is measured. */
export const directions = ["get", "put"] as const;
export type Direction = (typeof directions)[number];

/** The large file, at either end. */
export interface Files {
  local: string;
  remote: string;
}

/** Milliseconds, without a transfer and under those of either direction. */
export type Latencies = Record<"alone" | Direction, number[]>;

/** From where to where; the copy lies beside the file. */
export function endsOf(
  direction: Direction,
  { local, remote }: Files,
): [source: string, dest: string] {
  return direction === "get" ? [remote, `${local}-copy`] : [local, `${remote}-copy`];
}

export function transferBy(
  daemon: Daemon,
  session: number,
  direction: Direction,
  files: Files,
): Promise<unknown> {
  const [source, dest] = endsOf(direction, files);
  const method = direction === "get" ? "session.scpRecv" : "session.scpSendfile";
  return daemon.request(method, { session, source, dest });
}

/** What is measured while transfers follow each other without a pause. */
export async function underLoad(
  transfer: () => Promise<unknown>,
  measure: () => Promise<number[]>,
): Promise<number[]> {
  const load = new AbortController();
  const transfers = (async () => {
    while (!load.signal.aborted) await transfer();
  })();
  try {
    // A failed transfer isn't waited for to the end.
    return await Promise.race([measure(), transfers.then(() => [])]);
  } finally {
    load.abort();
    await transfers;
  }
}

export type Samples = Record<string, Latencies[]>;

/** Records a figure of everyone's latencies. */
export function recordOf(
  bench: Bench,
  samples: Samples,
  measure: Pick<Measure, "id" | "title" | "unit">,
  of: (latencies: Latencies) => number,
): void {
  const values = Object.entries(samples).map(([id, each]) => [id, each.map(of)]);
  const all = Object.fromEntries(values) as Measure["samples"];
  bench.record({ ...measure, better: "lower", subject: ours, samples: all });
}

/** Records the median and the 99th percentile, each alone and under load. @param what as of `exec's` */
export function recordQuantiles(bench: Bench, samples: Samples, part: string, what: string): void {
  for (const [q, name] of [
    [0.5, "p50"],
    [0.99, "p99"],
  ] as const) {
    for (const when of ["alone", ...directions] as const) {
      const title = `${what} ${name} ${when === "alone" ? when : `under a ${when}`}`;
      const measure = { id: `${part}.${when}.${name}`, title, unit: "ms" };
      recordOf(bench, samples, measure, (latencies) => quantile(latencies[when], q));
    }
  }
}
