/** What the daemon's loop tells the thread that guards it, by places in an array that they share. */
export const beatsAt = 0;
/** 1 when the client is done or gone. */
export const closingAt = 1;
/** Nobody writes here: the thread waits at it. */
export const idleAt = 2;
/** The processes whose end is the client's, 0 for none, from here on. */
export const firstPidAt = 3;
export const sharedLength = 8;
