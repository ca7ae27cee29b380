import { errnoIn } from "../../../codecs/text/errno.ts";
import { codeOfText, notSupported, remoteFileError } from "../support/remote-error.ts";
import type { Answer } from "./shell-channel.ts";

/** How our own scripts report a code. */
const ownCode = /^@(E[A-Z]+)$/m;

/** What a command's failure is, by its words. */
export function failure(path: Buffer, { stderr }: Answer): Error {
  const own = ownCode.exec(stderr)?.[1];
  if (own) return remoteFileError(path, own);
  const lines = stderr.split("\n").filter((each) => !/^\d+\+\d+ records|^\d+ bytes|^$/.test(each));
  // A name with newlines makes several lines of one.
  const said = lines.findLast((each) => codeIn(each) !== undefined) ?? lines[0] ?? "";
  const code = codeIn(said) ?? "UNKNOWN";
  if (/: not found$|applet not found/.test(said))
    return notSupported(`the server lacks it: ${said}`);
  return remoteFileError(path, code, { said });
}

const codeIn = (said: string) => errnoIn(said) ?? codeOfText(said);
