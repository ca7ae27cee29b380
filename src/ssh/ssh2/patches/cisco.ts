/**
 * Group exchange with Cisco-1.25: ssh2 leaves it out of what is offered even where it alone is named.
 *
 * test/e2e/algorithms.test.ts
 */
/** Has ssh2 offer it there, too: by us it is offered only where it is named. */
export function trustCisco({ COMPAT_CHECKS: checks }: { COMPAT_CHECKS: unknown[][] }): void {
  const rule = checks.findIndex(([software]) => software === "Cisco-1.25");
  if (rule !== -1) checks.splice(rule, 1);
}
