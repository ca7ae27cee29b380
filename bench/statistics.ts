/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Between the values, linearly (Hyndman and Fan's type 7); `q` from 0 to 1. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) throw new RangeError("a quantile of nothing");
  const at = (sorted.length - 1) * q;
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}

/** Pairs what was measured one after the other, so that the machine's drift cancels. */
export function pairwiseRatios(over: readonly number[], under: readonly number[]): number[] {
  const pairs = Math.min(over.length, under.length);
  return Array.from({ length: pairs }, (_, n) => (over[n] as number) / (under[n] as number));
}
