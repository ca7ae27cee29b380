import { release } from "./ssh2.ts";

/** The release that this folder was written for; internals.test.ts says what of it is relied on. */
export const writtenFor = "1.17.0";

let isTold = false;

/**
 * Says once, in the log, that ssh2 is another release than the one that its patches were written for.
 *
 * @param actual the release that is there
 */
export function warnOfOtherRelease(warn: (text: string) => void, actual = release): void {
  if (actual === writtenFor || isTold) return;
  isTold = true;
  warn(
    `ssh2 ${actual} is used here, and what sshrpc puts right in it was written for ${writtenFor}: connections may fail; install that one`,
  );
}
