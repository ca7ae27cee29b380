/**
 * The mode where the group has become another one: its members were others before, and the old
 * group's are others now. Neither get more than they had.
 */
export function withoutGroup(mode: number): number {
  const both = (mode >> 3) & mode & 0o7;
  return (mode & 0o700) | (both << 3) | both;
}
