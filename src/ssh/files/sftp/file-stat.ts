import type { Attributes } from "../../../codecs/sftp/attributes.ts";
import type { FileStat, FileType } from "../support/remote-files.ts";

/** POSIX's S_IFMT, and what it may be. */
const typeBits = 0o170000;
const types: Readonly<Record<number, FileType>> = {
  0o010000: "fifo",
  0o020000: "character",
  0o040000: "directory",
  0o060000: "block",
  0o100000: "file",
  0o120000: "symlink",
  0o140000: "socket",
};

export function fileStat(attributes: Attributes): FileStat {
  const { size, uid, gid, permissions, atime, mtime } = attributes;
  return {
    type: permissions === undefined ? "unknown" : (types[permissions & typeBits] ?? "unknown"),
    size: size ?? null,
    mode: permissions === undefined ? null : permissions & 0o7777,
    uid: uid ?? null,
    gid: gid ?? null,
    atime: atime ?? null,
    mtime: mtime ?? null,
  };
}
