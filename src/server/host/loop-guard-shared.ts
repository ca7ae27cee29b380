/**
 * Indexes into the array through which the daemon's event loop and the thread that guards it share
 * what they know. This one: a count that grows as long as the loop runs.
 */
export const beatsAt = 0;
/** 1 when the client is done or gone. */
export const closingAt = 1;
/** Never written: the thread sleeps by waiting for a change here. */
export const idleAt = 2;
/** From here on: ids of the processes with whose end the client ends, 0 for an unused place. */
export const firstPidAt = 3;
export const sharedLength = 8;
