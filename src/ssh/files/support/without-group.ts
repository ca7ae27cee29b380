/**
 * The mode for a file that couldn't keep its group: members of either group must get no more than they
 * had before, when those of the new group were "others", as those of the old one are now.
 */
export function withoutGroup(mode: number): number {
  const both = (mode >> 3) & mode & 0o7;
  return (mode & 0o700) | (both << 3) | both;
}
