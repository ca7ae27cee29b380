import { Failure } from "../../../protocol/errors.ts";
import { printable } from "../../../codecs/text/printable.ts";

/** Codes with strerror(3)'s words, and a pattern of what servers and busybox say for the same. */
const texts: readonly [string, string, RegExp][] = [
  ["ENOENT", "No such file or directory", /no such (file|path)|not found|nonexistent/i],
  ["EACCES", "Permission denied", /permission denied|access denied/i],
  ["EPERM", "Operation not permitted", /not permitted/i],
  ["EEXIST", "File exists", /\bexists\b/i],
  ["ENOTEMPTY", "Directory not empty", /not empty/i],
  ["EISDIR", "Is a directory", /is a directory/i],
  ["ENOTDIR", "Not a directory", /not a directory/i],
  ["ENOSPC", "No space left on device", /no space/i],
  ["EDQUOT", "Disk quota exceeded", /quota/i],
  ["EROFS", "Read-only file system", /read-only/i],
  ["ELOOP", "Too many levels of symbolic links", /symbolic links|symlink loop/i],
  ["ENAMETOOLONG", "File name too long", /name too long/i],
  ["EXDEV", "Invalid cross-device link", /cross-device/i],
  ["EBUSY", "Device or resource busy", /\bbusy\b/i],
  ["EMFILE", "Too many open files", /too many open files/i],
  ["EFBIG", "File too large", /file too large/i],
  ["EINVAL", "Invalid argument", /invalid argument/i],
  ["EIO", "Input/output error", /input\/output error/i],
  ["EBADF", "Bad file descriptor", /bad file descriptor|bad handle/i],
];

/** The code that a server's words mean, as `ENOENT`; undefined if they aren't known. */
export function codeOfText(text: string): string | undefined {
  return texts.find(([, , pattern]) => pattern.test(text))?.[0];
}

export interface RemoteErrorDetails {
  /** SFTP's own number. */
  readonly status?: number | undefined;
  /** The server's text, as it came. */
  readonly said?: string | undefined;
}

/**
 * An error of a remote file in the contract's terms.
 *
 * @param code as `ENOENT`, else the words stand alone
 */
export function remoteFileError(
  path: Uint8Array,
  code: string,
  { status, said = "" }: RemoteErrorDetails = {},
): Failure {
  const remoteMessage = printable(said, 1024);
  const shown = printable(Buffer.from(path).toString("utf8"), 4096);
  const words = texts.find(([known]) => known === code)?.[1] ?? (remoteMessage || code);
  return new Failure("RemoteFileError", `${shown}: ${words}`, {
    code,
    status,
    path: Buffer.from(path).toString("utf8"),
    remoteMessage: remoteMessage || undefined,
  });
}

/** The same error said of another path, or with a code that says more. */
export function restated(error: Failure, path: Uint8Array, code = error.data["code"] as string) {
  const { status, remoteMessage } = error.data as { status?: number; remoteMessage?: string };
  return remoteFileError(path, code, { status, said: remoteMessage });
}

/** Replaces a temporary file's path in an error by the path that the caller knows. */
export function restatedPath(error: unknown, temporary: Buffer, path: Buffer): unknown {
  const isOfIt = error instanceof Failure && error.data["path"] === temporary.toString("utf8");
  return isOfIt ? restated(error, path) : error;
}

/** The same error with a text added for a person. */
export function saidAlso(error: unknown, words: string): unknown {
  if (!(error instanceof Failure)) return error;
  return new Failure(error.kind, `${error.message}; ${words}`, error.data);
}

/** The server broke the protocol, or ended it. @param what for a person */
export function brokenWay(what: string, code: "EPROTO" | "EPIPE" | "EBADF"): Failure {
  return new Failure("RemoteFileError", what, { code });
}

/** The server can't do it. @param what it can't do, in words for a person */
export function notSupported(what: string): Failure {
  return new Failure("NotSupported", what);
}

export function hasCode(error: unknown, ...codes: string[]): error is Failure {
  return (
    error instanceof Failure &&
    error.kind === "RemoteFileError" &&
    codes.includes(error.data["code"] as string)
  );
}
