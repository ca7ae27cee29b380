import { hybridMethod } from "./key-exchange/hybrid-exchange.ts";
import { hasOwnMethods, release } from "./ssh2.ts";

/** The release that this folder was written for; internals.test.ts says what of it is relied on. */
export const writtenFor = "1.17.0";

let isTold = false;

/**
 * Warns once, in the log, that ssh2 is another release than the patches were written for, or that the
 * methods of negotiation.ts couldn't be added.
 *
 * @param actual the release that is there, and whether it takes what negotiation.ts adds
 */
export function warnOfOtherRelease(
  warn: (text: string) => void,
  actual = { release, hasOwnMethods },
): void {
  if (isTold) return;
  if (actual.release !== writtenFor) {
    warn(
      `ssh2 ${actual.release} is used here, and what sshrpc puts right in it was written for ${writtenFor}: connections may fail; install that one`,
    );
  }
  if (!actual.hasOwnMethods) {
    warn(
      `ssh2 ${actual.release} has no room for ${hybridMethod} and for host certificates: neither is offered`,
    );
  }
  isTold = actual.release !== writtenFor || !actual.hasOwnMethods;
}
