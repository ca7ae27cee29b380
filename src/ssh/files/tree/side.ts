import type { Entry, FileStat } from "../support/remote-files.ts";

export interface Attributes {
  readonly mode: number;
  /** Seconds since 1970. */
  readonly atime: number;
  readonly mtime: number;
}

/** One end of a transfer: the daemon's machine, or the server. Paths are bytes. */
export interface Side {
  /** Whether each answer takes a round trip. */
  readonly isRemote: boolean;
  /** As stat(2): follows symbolic links. */
  stat(path: Buffer): Promise<FileStat>;
  lstat(path: Buffer): Promise<FileStat>;
  /**
   * Without `.` and `..`.
   *
   * @param isWanted asked now and then; false ends it
   */
  list(path: Buffer, isWanted?: () => boolean): Promise<Entry[]>;
  /** The entries of {@link list} are no longer in use; for a side that bounds their memory. */
  forget?(entries: readonly Entry[]): void;
  readlink(path: Buffer): Promise<Buffer>;
  realpath(path: Buffer): Promise<Buffer>;
  mkdir(path: Buffer): Promise<void>;
  /** Puts a link in a name's place, whatever file or link had it. */
  symlink(target: Buffer, path: Buffer): Promise<void>;
  /** Removes a file, a link, or a directory with what is in it. */
  remove(path: Buffer): Promise<void>;
  setAttributes(path: Buffer, attributes: Attributes): Promise<void>;
  /** How many files may be under way at once, and directories. */
  width(): Promise<{ files: number; directories: number }>;
  /** Makes the error for a file of this side. */
  error(path: Buffer, code: string, words?: string): Error;
}
