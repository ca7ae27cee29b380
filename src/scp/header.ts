import { ScpError } from "./errors.ts";
import { latin1, quote } from "./message.ts";

/** What the remote says of the file it is about to send. */
export interface FileHeader {
  /** Permission bits, 0 to 0o7777. */
  readonly mode: number;
  /** Length in bytes, 0 to `Number.MAX_SAFE_INTEGER`. */
  readonly size: number;
}

/** What we say of the file we are about to send. */
export interface NamedFileHeader extends FileHeader {
  /** The name the file gets if the destination is a folder. */
  readonly name: string;
}

/**
 * Reads `C<mode> <size> <name>\n`, as OpenSSH's scp.c writes it in `source`.
 *
 * The name is checked, since a bad one betrays a hostile server (CVE-2018-20685), but not returned:
 * where a single file goes is the caller's choice, never the server's (CVE-2019-6111).
 *
 * @throws {ScpError} `protocol` if the line is not such a header.
 */
export function parseFileHeader(line: Uint8Array): FileHeader {
  const [, mode, digits, name] = /^C([0-7]{3,4}) ([0-9]+) (.*)\n$/s.exec(latin1(line)) ?? [];
  if (mode === undefined || digits === undefined || name === undefined) {
    throw new ScpError("protocol", `malformed file header: ${quote(line)}`);
  }
  const size = Number(digits);
  if (!Number.isSafeInteger(size)) {
    throw new ScpError("protocol", `file size out of range: ${quote(line)}`);
  }
  if (!isFileName(name)) {
    throw new ScpError("protocol", `unexpected file name: ${quote(line)}`);
  }
  return { mode: parseInt(mode, 8), size };
}

/**
 * Checks `T<mtime> <µs> <atime> <µs>\n`, which `scp -p` sends before the file header, as scp.c does
 * in `sink`. The times are not used.
 *
 * @throws {ScpError} `protocol` if the line is not such a header.
 */
export function checkTimesHeader(line: Uint8Array): void {
  if (!/^T[0-9]+ [0-9]{1,6} [0-9]+ [0-9]{1,6}\n$/.test(latin1(line))) {
    throw new ScpError("protocol", `malformed times header: ${quote(line)}`);
  }
}

/**
 * Writes `C<mode> <size> <name>\n`. A newline in the name becomes `\^J`, as in scp.c, lest it end
 * the line.
 *
 * @throws {RangeError} if the mode or the size is out of range.
 */
export function formatFileHeader({ mode, size, name }: NamedFileHeader): Uint8Array {
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777) {
    throw new RangeError(`mode out of range: ${mode}`);
  }
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new RangeError(`size out of range: ${size}`);
  }
  const octal = mode.toString(8).padStart(4, "0");
  return new TextEncoder().encode(`C${octal} ${size} ${name.replaceAll("\n", "\\^J")}\n`);
}

/**
 * The name to send for a file that goes to `destination`: its last component, as libssh2 does. It
 * counts only where the destination is a folder.
 *
 * @throws {ScpError} `path` if that is no file's name (`""`, `dir/`, `.`, `..`): OpenSSH would refuse it.
 */
export function destinationName(destination: string): string {
  const name = destination.slice(destination.lastIndexOf("/") + 1);
  if (!isFileName(name)) {
    throw new ScpError("path", `not the name of a file: ${JSON.stringify(destination)}`);
  }
  return name;
}

function isFileName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\0]/.test(name);
}
