import { PathError, ScpError } from "./errors.ts";
import { latin1, quote } from "../text/printable.ts";

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
  readonly name: Uint8Array;
}

const NEWLINE = 0x0a;
const DOT = 0x2e;
const SLASH = 0x2f;
/** `\^J`, which scp.c writes in place of a newline. */
const SHOWN_NEWLINE = [0x5c, 0x5e, 0x4a];

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
  if (!isFileName(bytesOf(name))) {
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
  const oneLine = Array.from(name).flatMap((byte) => (byte === NEWLINE ? SHOWN_NEWLINE : byte));
  return Uint8Array.from([...bytesOf(`C${octal} ${size} `), ...oneLine, NEWLINE]);
}

/**
 * The name to send for a file that goes to `destination`: its last component, as libssh2 does. It
 * counts only where the destination is a folder.
 *
 * @throws {PathError} if that is no file's name (`""`, `dir/`, `.`, `..`): OpenSSH would refuse it.
 */
export function destinationName(destination: Uint8Array): Uint8Array {
  const name = destination.subarray(destination.lastIndexOf(SLASH) + 1);
  if (!isFileName(name)) {
    throw new PathError(`not the name of a file: ${quote(destination)}`);
  }
  return name;
}

function isFileName(name: Uint8Array): boolean {
  const isDots = name.length <= 2 && name.every((byte) => byte === DOT);
  return !isDots && !name.includes(SLASH) && !name.includes(0);
}

/** @param text Latin-1: each character is one byte */
function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
