/** How long to wait before a server is tried again, and how long in all, in milliseconds. */
export interface Pauses {
  /** At most, before the first attempt. */
  readonly beforeFirst: number;
  /** Before the second; doubled each time. */
  readonly first: number;
  readonly last: number;
  /** Time after which it is given up; time in which the machine slept doesn't count. */
  readonly altogether: number;
}

export const usualPauses: Pauses = {
  beforeFirst: 250,
  first: 500,
  last: 30_000,
  altogether: 3_600_000,
};

/**
 * The pause after so many failures, shortened by chance, so that many who have failed at once don't
 * come back at once.
 */
export function pauseAfter(failures: number, { beforeFirst, first, last }: Pauses): number {
  if (failures === 0) return beforeFirst * Math.random();
  return Math.min(last, first * 2 ** (failures - 1)) * (1 - Math.random() / 2);
}
