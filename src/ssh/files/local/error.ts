import { errnoText } from "../../../codecs/text/errno.ts";
import { Failure } from "../../../protocol/errors.ts";

/** An error of the local file system in the contract's terms, with strerror(3)'s words. */
export function localFileError(error: unknown, path: string): Failure {
  const errno = (error as NodeJS.ErrnoException).code ?? "EIO";
  return localFailure({ errno, path }, errnoText(errno));
}

/** The same with words of our own; `code` where it says more than `errno` does. */
export function localFailure(
  { errno, code = errno, path }: { errno: string; code?: string; path: string },
  text: string,
): Failure {
  return new Failure("LocalFileError", `${path}: ${text}`, { code, errno, path });
}
