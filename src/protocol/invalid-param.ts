import { Failure } from "./errors.ts";

/**
 * What is wrong with params.
 *
 * @param path the param, as in `env.PATH`
 * @param reason what is wrong with it, to be read after its name
 */
export function invalidParam(path: string, reason: string): Failure {
  // Nothing has been dispatched of a call whose params are wrong.
  return new Failure("InvalidParams", `${path}: ${reason}`, { path, reason, dispatched: "no" });
}
