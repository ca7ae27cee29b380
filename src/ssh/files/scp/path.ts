import { PathError } from "../../../codecs/scp/errors.ts";
import { Failure } from "../../../protocol/errors.ts";

/**
 * Calls `make`, which builds part of the protocol from a remote path.
 *
 * @param param the name of the param that holds the path
 * @throws {Failure} InvalidParams if the path can't be sent by SCP
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
