import { Failure } from "./errors.ts";

/** What is no request, or comes at the wrong time: nothing has been dispatched of it. */
export function invalidRequest(reason: string): Failure {
  return new Failure("InvalidRequest", reason, { dispatched: "no" });
}
