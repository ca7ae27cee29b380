import { errnoText } from "../../../codecs/text/errno.ts";
import { Failure } from "../../../protocol/errors.ts";

/** An error of the local file system in the contract's terms, with strerror(3)'s words. */
export function localFileError(error: unknown, path: string): Failure {
  const errno = (error as NodeJS.ErrnoException).code ?? "EIO";
  return localFailure({ errno, path }, errnoText(errno));
}

/** A LocalFileError with other words; `code` if that says more than `errno`. */
export function localFailure(
  { errno, code = errno, path }: { errno: string; code?: string; path: string },
  text: string,
): Failure {
  return new Failure("LocalFileError", `${path}: ${text}`, { code, errno, path });
}
