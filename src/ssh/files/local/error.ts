import { Failure } from "../../../protocol/errors.ts";

const texts: Record<string, string> = {
  EACCES: "Permission denied",
  EDQUOT: "Disk quota exceeded",
  EFBIG: "File too large",
  EIO: "Input/output error",
  EISDIR: "Is a directory",
  ELOOP: "Too many levels of symbolic links",
  EMFILE: "Too many open files",
  ENAMETOOLONG: "File name too long",
  ENOENT: "No such file or directory",
  ENOSPC: "No space left on device",
  ENOTDIR: "Not a directory",
  ENXIO: "No such device or address",
  EPERM: "Operation not permitted",
  EPIPE: "Broken pipe",
  EROFS: "Read-only file system",
};

/** An error of the local file system in the contract's terms, with strerror(3)'s words. */
export function localFileError(error: unknown, path: string): Failure {
  const errno = (error as NodeJS.ErrnoException).code ?? "EIO";
  return new Failure("LocalFileError", `${path}: ${texts[errno] ?? errno}`, { errno, path });
}
