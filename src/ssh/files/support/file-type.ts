import type { FileType } from "./remote-files.ts";

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

/** What st_mode says that a file is. */
export function fileType(mode: number): FileType {
  return types[mode & typeBits] ?? "unknown";
}
