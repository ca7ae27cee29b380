import { errnoText } from "../../codecs/text/errno.ts";

/** An error of the system in strerror(3)'s words; others in their own. */
export function systemErrorText(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return error instanceof NotRegular ? message : errnoText(code ?? "EIO");
}

/** It is a device, a pipe, a socket: nothing to read whole. */
export class NotRegular extends Error {
  override name = "NotRegular";
  readonly code = "EINVAL";

  constructor() {
    super("Not a regular file");
  }
}
