import { Failure } from "../protocol/errors.ts";

/**
 * What a schema alone can't find wrong with params.
 *
 * @param path the param, as in `env.PATH`
 * @param reason what is wrong with it, to be read after its name
 */
export function invalidParam(path: string, reason: string): Failure {
  return new Failure("InvalidParams", `${path}: ${reason}`, { path, reason });
}
