import { PathError } from "../../../codecs/scp/errors.ts";
import { Failure } from "../../../protocol/errors.ts";

/**
 * Makes what is to be said of a remote path.
 *
 * @param param the param that has it
 * @throws {Failure} InvalidParams where SCP can't say it
 */
export function withPath<T>(param: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    const data = { path: param, reason: error.message };
    throw new Failure("InvalidParams", `${param}: ${error.message}`, data);
  }
}
