import { NotUtf8 } from "../errors/errors.ts";
import type { FsStatResult } from "../rpc/contract.ts";

type FileType = FsStatResult["type"];

/** The bits of the file type in st_mode (stat(2)). */
const typeBits: Record<FileType, number> = {
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
  fifo: 0o010000,
  socket: 0o140000,
  block: 0o060000,
  character: 0o020000,
  unknown: 0,
};

/** A file's type, with the methods of Node's Stats and Dirent. */
export class FileKind {
  readonly type: FileType;

  constructor(type: FileType) {
    this.type = type;
  }

  isFile(): boolean {
    return this.type === "file";
  }

  isDirectory(): boolean {
    return this.type === "directory";
  }

  isSymbolicLink(): boolean {
    return this.type === "symlink";
  }

  isFIFO(): boolean {
    return this.type === "fifo";
  }

  isSocket(): boolean {
    return this.type === "socket";
  }

  isBlockDevice(): boolean {
    return this.type === "block";
  }

  isCharacterDevice(): boolean {
    return this.type === "character";
  }
}

/** A remote file's status, in the shape of Node's Stats. What the server doesn't tell is NaN. */
export class RemoteStats extends FileKind {
  /** In bytes. */
  readonly size: number;
  /** st_mode: the bits of the file type, and the permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The time of the last access, in milliseconds since 1970. */
  readonly atimeMs: number;
  /** The time of the last change, in milliseconds since 1970. */
  readonly mtimeMs: number;
  /** The owner's name, and below the group's, if the server tells them. */
  readonly owner: string | undefined;
  readonly group: string | undefined;

  /** @internal */
  constructor({ type, size, mode, uid, gid, atime, mtime, owner, group }: FsStatResult) {
    super(type);
    this.size = size ?? NaN;
    this.mode = mode === null ? NaN : typeBits[type] | mode;
    this.uid = uid ?? NaN;
    this.gid = gid ?? NaN;
    this.atimeMs = (atime ?? NaN) * 1000;
    this.mtimeMs = (mtime ?? NaN) * 1000;
    this.owner = owner;
    this.group = group;
  }

  get atime(): Date {
    return new Date(this.atimeMs);
  }

  get mtime(): Date {
    return new Date(this.mtimeMs);
  }
}

/** An entry of a directory, in the shape of Node's Dirent; `stats` is its `lstat`. */
export class RemoteDirent extends FileKind {
  readonly name: string;
  readonly parentPath: string;
  readonly stats: RemoteStats;

  /** @internal */
  constructor(name: string, parentPath: string, entry: FsStatResult) {
    super(entry.type);
    this.name = name;
    this.parentPath = parentPath;
    this.stats = new RemoteStats(entry);
  }
}

/**
 * An entry's name as text.
 *
 * @throws {NotUtf8} it is no UTF-8
 */
export function textName({ name, encoding }: { name: string; encoding?: "base64" }): string {
  if (encoding === undefined) return name;
  const data = { dispatched: "yes", name: Buffer.from(name, encoding) };
  throw new NotUtf8("a name in the directory is not UTF-8: see data.name", { data });
}
