import { errnoText } from "../../codecs/text/errno.ts";

/** An error of the system in strerror(3)'s words; others in their own. */
export function systemErrorText(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return error instanceof NotRegular ? message : errnoText(code ?? "EIO");
}

/** The path is that of a device, a pipe or a socket, which can't be read as a whole. */
export class NotRegular extends Error {
  override name = "NotRegular";
  readonly code = "EINVAL";

  constructor() {
    super("Not a regular file");
  }
}
