import { Failure } from "../../protocol/errors.ts";

/**
 * What calls get of a session after its end, which others were told before.
 *
 * @param end how it ended
 */
export function afterEnd(end: Failure): Failure {
  const why = end.kind === "SessionClosed" ? end.message : `the session is closed: ${end.message}`;
  return new Failure("SessionClosed", `${why}; connect anew`);
}
