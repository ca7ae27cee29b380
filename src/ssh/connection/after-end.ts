import { Failure } from "../../protocol/errors.ts";

/**
 * The failure of a call that comes after a session's end.
 *
 * @param end how it ended, which the calls of that time were told
 */
export function afterEnd(end: Failure): Failure {
  const why = end.kind === "SessionClosed" ? end.message : `the session is closed: ${end.message}`;
  return new Failure("SessionClosed", `${why}; connect anew`);
}
