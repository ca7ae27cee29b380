import { Failure } from "./errors.ts";

/** What can't be read as a message: nothing has been dispatched of it. */
export function parseError(reason: string): Failure {
  return new Failure("ParseError", reason, { dispatched: "no" });
}
