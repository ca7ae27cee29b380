import { Failure } from "./errors.ts";

/**
 * What is wrong with params.
 *
 * @param path the param, as in `env.PATH`
 * @param reason what is wrong with it, to be read after its name
 */
export function invalidParam(path: string, reason: string): Failure {
  // A call with invalid params was never dispatched.
  return new Failure("InvalidParams", `${path}: ${reason}`, { path, reason, dispatched: "no" });
}
