import { Budget } from "../../ssh/support/budget.ts";

/** Sessions of one client. */
const maxSessions = 1024;

/** Bytes of output that one client's calls may hold for their replies, and those of all clients. */
const heldByOne = 512 * 1024 * 1024;
const heldByAll = 2 * heldByOne;

/** What one of several clients may have, so that there is enough for the others. */
export interface ClientBounds {
  readonly maxSessions: number;
  readonly budget: Budget;
}

/** Gives each client its bounds. */
export function makeBounds(): () => ClientBounds {
  const all = new Budget(heldByAll);
  return () => ({ maxSessions, budget: new Budget(heldByOne, all) });
}
