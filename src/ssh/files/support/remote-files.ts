import type { Call } from "../../support/call.ts";

export type FileType =
  "file" | "directory" | "symlink" | "fifo" | "socket" | "block" | "character" | "unknown";

/** What a server says of a file; `null` where it doesn't. */
export interface FileStat {
  readonly type: FileType;
  /** In bytes. */
  readonly size: number | null;
  /** The permission bits, 0 to 0o7777. */
  readonly mode: number | null;
  readonly uid: number | null;
  readonly gid: number | null;
  /** Seconds since 1970. */
  readonly atime: number | null;
  readonly mtime: number | null;
  readonly owner?: string;
  readonly group?: string;
}

export interface Entry extends FileStat {
  readonly name: Buffer;
}

/** statvfs(2)'s, blocks of `blockSize` bytes. */
export interface FileSystemSpace {
  readonly blockSize: number;
  readonly blocks: number;
  readonly free: number;
  readonly available: number;
  readonly files: number;
  readonly freeFiles: number;
}

/** fopen(3)'s, and with `x`, which fails where the file is there already. */
export type OpenMode = "r" | "r+" | "w" | "wx" | "w+" | "wx+" | "a" | "ax" | "a+" | "ax+";

/** Takes bytes in order; what is returned is awaited before more is given. */
export type TakeBytes = (bytes: Uint8Array) => Promise<unknown> | undefined;

export type TakeEntries = (entries: Entry[]) => Promise<unknown> | undefined | void;

/** Where bytes come from that are written. */
export interface ByteSource {
  /** Whether runs of zeros are holes, and need not be written. */
  readonly isSparse: boolean;
  /** Fills `room`, or a part of it, with the bytes for `offset`; gives how many, 0 at the end. */
  fill(room: Buffer, offset: number): Promise<number>;
}

/** An open remote file. Requests of one turn are carried out in their order. */
export interface RemoteFile {
  /** Up to `length` bytes, fewer at the file's end. @param length any; asked for in pieces */
  read(offset: number, length: number, take: TakeBytes, call: Call): Promise<void>;
  /** @param offset ignored where the file was opened to append */
  write(offset: number, data: Uint8Array, call: Call): Promise<void>;
  /**
   * Writes what `source` gives, up to `end`.
   *
   * @param written told of bytes that the server has
   */
  pour(
    source: ByteSource,
    range: { from: number; end: number },
    written: (bytes: number) => void,
    call: Call,
  ): Promise<void>;
  /**
   * Reads the beginning, asks what the file is then, and closes it, all in one breath: it is closed
   * for the caller at once.
   *
   * @param length at most 32 KiB; a server may give fewer
   */
  readAndClose(length: number, call: Call): Promise<{ pieces: Uint8Array[]; stat: FileStat }>;
  stat(call: Call): Promise<FileStat>;
  truncate(size: number, call: Call): Promise<void>;
  setTimes(atime: number, mtime: number, call: Call): Promise<void>;
  chmod(mode: number, call: Call): Promise<void>;
  chown(uid: number, gid: number, call: Call): Promise<void>;
  sync(call: Call): Promise<void>;
  close(call: Call): Promise<void>;
  /** Nobody waits for it, and nobody is told how it went. */
  abandon(): void;
}

export interface Changed {
  readonly followLinks: boolean;
}

/**
 * A server's files, by SFTP or by a shell. Paths are bytes without NUL, relative ones count from the
 * account's home. What fails is RemoteFileError, NotSupported, or what a session's calls throw.
 */
export interface RemoteFiles {
  readonly via: "sftp" | "shell";
  info(call: Call): Promise<{ extensions: string[]; home: Buffer | undefined }>;
  stat(path: Buffer, call: Call): Promise<FileStat>;
  lstat(path: Buffer, call: Call): Promise<FileStat>;
  /** Without `.` and `..`. @param take what it returns is awaited before more is asked for */
  readdir(path: Buffer, take: TakeEntries, call: Call): Promise<void>;
  /** Whether a listing is known to tell a symbolic link from what it leads to. */
  readonly listsLinks: boolean;
  /** The same without names of owners. */
  list(path: Buffer, take: TakeEntries, call: Call): Promise<void>;
  /** Removes a file that was made in vain; nobody waits for it. */
  discard(path: Buffer): void;
  /**
   * SHA-256 of a file's beginning, block by block, in hexadecimal; as many as the server gives,
   * none where it has no means to. Sizes are multiples of 64 KiB.
   */
  hashes(path: Buffer, size: number, blockSize: number, call: Call): Promise<string[]>;
  /** How many files may well be open at once. */
  handles(call: Call): Promise<number>;
  open(
    path: Buffer,
    mode: OpenMode,
    permissions: number | undefined,
    call: Call,
  ): Promise<RemoteFile>;
  readFile(
    path: Buffer,
    range: { offset: number; length: number },
    take: TakeBytes,
    call: Call,
  ): Promise<void>;
  writeFile(path: Buffer, data: Uint8Array, options: WriteOptions, call: Call): Promise<void>;
  mkdir(path: Buffer, mode: number | undefined, call: Call): Promise<void>;
  rmdir(path: Buffer, call: Call): Promise<void>;
  unlink(path: Buffer, call: Call): Promise<void>;
  rename(from: Buffer, to: Buffer, overwrite: boolean, call: Call): Promise<void>;
  copyFile(from: Buffer, to: Buffer, call: Call): Promise<void>;
  link(from: Buffer, to: Buffer, call: Call): Promise<void>;
  symlink(target: Buffer, path: Buffer, call: Call): Promise<void>;
  readlink(path: Buffer, call: Call): Promise<Buffer>;
  realpath(path: Buffer, call: Call): Promise<Buffer>;
  chmod(path: Buffer, mode: number, options: Changed, call: Call): Promise<void>;
  chown(path: Buffer, uid: number, gid: number, options: Changed, call: Call): Promise<void>;
  utimes(path: Buffer, atime: number, mtime: number, options: Changed, call: Call): Promise<void>;
  truncate(path: Buffer, size: number, call: Call): Promise<void>;
  statfs(path: Buffer, call: Call): Promise<FileSystemSpace>;
}

export interface WriteOptions {
  /** `w` writes beside the file and renames; the others write to the file itself. */
  readonly flag: "w" | "wx" | "a" | "r+";
  /** Bytes from the file's beginning, for `r+`. */
  readonly offset: number;
  /** Of a new file. */
  readonly mode: number | undefined;
}
