import { Budget } from "../../ssh/support/budget.ts";

/** Sessions of one client. */
const maxSessions = 1024;

/** Bytes of output that may be in memory for the replies of one client; below, of all clients. */
const heldByOne = 512 * 1024 * 1024;
const heldByAll = 2 * heldByOne;

/** Limits of one client among several, so that enough is left for the others. */
export interface ClientBounds {
  readonly maxSessions: number;
  readonly budget: Budget;
}

/** Gives each client its bounds. */
export function makeBounds(): () => ClientBounds {
  const all = new Budget(heldByAll);
  return () => ({ maxSessions, budget: new Budget(heldByOne, all) });
}
