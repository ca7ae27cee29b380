import type { Bench } from "../bench.ts";

/** So many pieces of work make a program as fast as it gets: compilers have compiled by then. */
export const enough = 2000;

/** Seconds, for those that need too long for that. */
const patience = 15;

/** In one go. */
const step = 50;

/** Has a peer work until it is as fast as in a session that has been in use for a while. */
export async function warmUp(
  { wearIn }: Bench,
  work: (count: number) => Promise<unknown>,
): Promise<void> {
  const end = performance.now() + patience * 1000;
  for (let count = 0; count < wearIn && performance.now() < end; count += step) await work(step);
}
