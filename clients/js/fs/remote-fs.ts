import type { Readable, Writable } from "node:stream";
import type {
  FsGetParams,
  FsGetResult,
  FsInfoResult,
  FsOpenParams,
  FsPutResult,
  FsReadFileResult,
  FsReaddirResult,
  FsRenameParams,
  FsStatResult,
  FsStatfsResult,
  FsWriteFileParams,
} from "../rpc/contract.ts";
import { NotUtf8 } from "../errors/errors.ts";
import { utf8 } from "../rpc/lines.ts";
import { bytesOf, readBytes, textParams } from "../rpc/bytes.ts";
import type { Bytes } from "../rpc/bytes.ts";
import { localPath, transfer } from "./transfer.ts";
import type { LocalPath, TransferOptions } from "./transfer.ts";
import { sessionCall } from "../daemon/session-call.ts";
import type { BoundedCall, CallableSession } from "../daemon/session-call.ts";
import { FileReadStream } from "./read-stream.ts";
import type { ReadStreamOptions } from "./read-stream.ts";
import { RemoteDir } from "./remote-dir.ts";
import { RemoteFile } from "./remote-file.ts";
import { RemoteDirent, RemoteStats, textName } from "./stats.ts";
import { FileWriteStream } from "./write-stream.ts";
import type { WriteStreamOptions } from "./write-stream.ts";

export interface ReadFileOptions<
  E extends "utf8" | undefined = "utf8" | undefined,
> extends BoundedCall {
  /** `"utf8"` for text. Default: a Buffer. */
  encoding?: E | undefined;
  /** The first byte, and how many at most. Default: the whole file. */
  offset?: number | undefined;
  length?: number | undefined;
  /** The most bytes to take; more is an error. Default: 268435456, the most there is. */
  maxOutput?: number | undefined;
}

export interface WriteFileOptions extends BoundedCall {
  /**
   * `"w"` writes beside the file and renames, so that a failure leaves the old one; `"wx"` fails where
   * there is one; `"a"` appends; `"r+"` writes into it at `offset`. Default: `"w"`.
   */
  flag?: FsWriteFileParams["flag"];
  offset?: number | undefined;
  /** The permission bits of a new file, from which the remote umask is taken. */
  mode?: number | undefined;
}

/** What `get` and `put` take: the options of `fs.get` (PROTOCOL.md). */
export interface TreeOptions
  extends
    TransferOptions,
    Pick<
      FsGetParams,
      | "recursive"
      | "preserve"
      | "overwrite"
      | "delete"
      | "exclude"
      | "symlinks"
      | "resume"
      | "dryRun"
    > {}

export interface ListOptions extends BoundedCall {
  /** Gives entries that know what they are, instead of names. */
  withFileTypes?: boolean | undefined;
}

/** A time as of Node's `utimes`: a Date, or seconds since 1970. */
export type Time = Date | number;

/**
 * The remote files, in the shape of `node:fs/promises`: over SFTP, or where the server has none, over
 * its shell. Paths are taken literally, and count from the account's home; text is sent as UTF-8, and
 * bytes as they are. Times are in seconds where they aren't a Date.
 *
 * Where a file can't be had it is a {@link RemoteFileError}, with `code`: `"ENOENT"`, `"EACCES"`, …;
 * what a server can't do is NotSupported.
 */
export class RemoteFs {
  readonly #session: CallableSession;

  /** @internal */
  constructor(session: CallableSession) {
    this.#session = session;
  }

  /** How the files are reached, what the server can do beyond the draft, and the account's home. */
  async info(options?: BoundedCall): Promise<FsInfoResult> {
    return (await sessionCall(this.#session, "fs.info", {}, options)).result as FsInfoResult;
  }

  /** What a file is; of what a symbolic link leads to. */
  stat(path: Bytes, options?: BoundedCall): Promise<RemoteStats> {
    return this.#stat("fs.stat", path, options);
  }

  /** The same, of a symbolic link itself. */
  lstat(path: Bytes, options?: BoundedCall): Promise<RemoteStats> {
    return this.#stat("fs.lstat", path, options);
  }

  /**
   * A directory's entries, without `.` and `..`, in the server's order.
   *
   * @throws {NotUtf8} a name is no UTF-8, and can't be text
   */
  readdir(path: Bytes, options?: ListOptions & { withFileTypes?: false }): Promise<string[]>;
  readdir(path: Bytes, options: ListOptions & { withFileTypes: true }): Promise<RemoteDirent[]>;
  async readdir(
    path: Bytes,
    { withFileTypes, ...options }: ListOptions = {},
  ): Promise<string[] | RemoteDirent[]> {
    const reply = await sessionCall(this.#session, "fs.readdir", textParams("path", path), options);
    const { entries } = reply.result as Extract<FsReaddirResult, { entries: unknown }>;
    if (withFileTypes !== true) return entries.map(textName);
    return entries.map((entry) => new RemoteDirent(textName(entry), String(path), entry));
  }

  /**
   * Opens a directory of any size, whose entries come as they are read:
   *
   *     for await (const entry of await session.fs.opendir("/var/spool")) …
   */
  opendir(path: Bytes, options: BoundedCall = {}): Promise<RemoteDir> {
    return RemoteDir.open(this.#session, path, options);
  }

  /** A file's bytes, or its text with `"utf8"`, or a part of it. */
  readFile(path: Bytes, options?: ReadFileOptions<undefined>): Promise<Buffer>;
  readFile(path: Bytes, options: ReadFileOptions<"utf8"> | "utf8"): Promise<string>;
  async readFile(path: Bytes, options: ReadFileOptions | "utf8" = {}): Promise<Buffer | string> {
    const { encoding, ...rest } = typeof options === "string" ? { encoding: options } : options;
    const { offset, length, maxOutput, ...common } = rest as ReadFileOptions;
    const params = { ...textParams("path", path), offset, length, maxOutput };
    const { result, binary } = await sessionCall(this.#session, "fs.readFile", params, common);
    const { data, encoding: carried } = result as FsReadFileResult;
    const bytes = readBytes(data, carried, binary);
    return encoding === undefined ? bytes : utf8(bytes, "the file");
  }

  /** Makes a file of these bytes, or changes one. */
  async writeFile(path: Bytes, data: Bytes, options: WriteFileOptions = {}): Promise<void> {
    const { flag, offset, mode, ...common } = options;
    const params = { ...textParams("path", path), flag, offset, mode };
    const payload = { param: "data", encodingParam: "encoding", bytes: bytesOf(data, "data") };
    await sessionCall(this.#session, "fs.writeFile", params, common, payload);
  }

  appendFile(
    path: Bytes,
    data: Bytes,
    options: BoundedCall & { mode?: number } = {},
  ): Promise<void> {
    return this.writeFile(path, data, { ...options, flag: "a" });
  }

  /** With `recursive` those that it lies in, too; one that is there already is no error then. */
  async mkdir(
    path: Bytes,
    options: BoundedCall & { recursive?: boolean; mode?: number } = {},
  ): Promise<void> {
    await this.#do("fs.mkdir", { path }, options);
  }

  /** A link is removed itself, and never followed. With `force`, what isn't there is no error. */
  async rm(
    path: Bytes,
    options: BoundedCall & { recursive?: boolean; force?: boolean } = {},
  ): Promise<void> {
    await this.#do("fs.rm", { path }, options);
  }

  async rmdir(path: Bytes, options?: BoundedCall): Promise<void> {
    await this.#do("fs.rmdir", { path }, options);
  }

  async unlink(path: Bytes, options?: BoundedCall): Promise<void> {
    await this.#do("fs.unlink", { path }, options);
  }

  /** Replaces what is there, unless `overwrite` is false. */
  async rename(
    from: Bytes,
    to: Bytes,
    options: BoundedCall & Pick<FsRenameParams, "overwrite"> = {},
  ): Promise<void> {
    await this.#do("fs.rename", { from, to }, options);
  }

  /** On the server's side. */
  async copyFile(from: Bytes, to: Bytes, options?: BoundedCall): Promise<void> {
    await this.#do("fs.copyFile", { from, to }, options);
  }

  async link(from: Bytes, to: Bytes, options?: BoundedCall): Promise<void> {
    await this.#do("fs.link", { from, to }, options);
  }

  async symlink(target: Bytes, path: Bytes, options?: BoundedCall): Promise<void> {
    await this.#do("fs.symlink", { target, path }, options);
  }

  readlink(path: Bytes, options?: BoundedCall): Promise<string> {
    return this.#path("fs.readlink", path, options);
  }

  /** Takes `~` for the account's home. */
  realpath(path: Bytes, options?: BoundedCall): Promise<string> {
    return this.#path("fs.realpath", path, options);
  }

  async chmod(path: Bytes, mode: number, options?: BoundedCall): Promise<void> {
    await this.#do("fs.chmod", { path }, options, { mode });
  }

  async chown(path: Bytes, uid: number, gid: number, options?: BoundedCall): Promise<void> {
    await this.#do("fs.chown", { path }, options, { uid, gid });
  }

  /** The owners of a symbolic link itself. */
  async lchown(path: Bytes, uid: number, gid: number, options?: BoundedCall): Promise<void> {
    await this.#do("fs.chown", { path }, options, { uid, gid, followLinks: false });
  }

  async utimes(path: Bytes, atime: Time, mtime: Time, options?: BoundedCall): Promise<void> {
    const times = { atime: seconds(atime), mtime: seconds(mtime) };
    await this.#do("fs.utimes", { path }, options, times);
  }

  /** The times of a symbolic link itself. */
  async lutimes(path: Bytes, atime: Time, mtime: Time, options?: BoundedCall): Promise<void> {
    const times = { atime: seconds(atime), mtime: seconds(mtime), followLinks: false };
    await this.#do("fs.utimes", { path }, options, times);
  }

  async truncate(path: Bytes, size = 0, options?: BoundedCall): Promise<void> {
    await this.#do("fs.truncate", { path }, options, { size });
  }

  /** The room of the file system that a path lies on; sizes in blocks of `blockSize` bytes. */
  async statfs(path: Bytes, options?: BoundedCall): Promise<FsStatfsResult> {
    const reply = await sessionCall(this.#session, "fs.statfs", textParams("path", path), options);
    return reply.result as FsStatfsResult;
  }

  /** Opens a file, as fopen(3) with these flags; it is written to in place. */
  async open(
    path: Bytes,
    flags: FsOpenParams["flags"] = "r",
    mode?: number,
    options?: BoundedCall,
  ): Promise<RemoteFile> {
    const params = { ...textParams("path", path), flags, mode };
    const { result } = await sessionCall(this.#session, "fs.open", params, options);
    return new RemoteFile(this.#session, (result as { file: number }).file);
  }

  /** A file as it is read. */
  createReadStream(path: Bytes, options: ReadStreamOptions = {}): Readable {
    return new FileReadStream(() => this.open(path), options, true);
  }

  /** A file as it is written: in place, so that a failure leaves half of it. `put` doesn't. */
  createWriteStream(
    path: Bytes,
    {
      flags = "w",
      mode,
      ...options
    }: WriteStreamOptions & Pick<FsOpenParams, "flags" | "mode"> = {},
  ): Writable {
    return new FileWriteStream(() => this.open(path, flags, mode), options, true);
  }

  /**
   * Receives a file, or with `recursive` a directory and what is in it. `dest` is the name of the
   * result itself. Each file is written beside its destination and renamed when it is whole.
   *
   * @throws {TransferIncomplete} some files failed; `data.failures` says which and why
   */
  async get(source: Bytes, dest: LocalPath, options: TreeOptions = {}): Promise<FsGetResult> {
    const params = { ...textParams("source", source), dest: localPath(dest) };
    return (await transfer(this.#session, "fs.get", params, options)).result as FsGetResult;
  }

  /** Sends a file, or with `recursive` a directory and what is in it, as `get` does. */
  async put(source: LocalPath, dest: Bytes, options: TreeOptions = {}): Promise<FsPutResult> {
    const params = { source: localPath(source), ...textParams("dest", dest) };
    return (await transfer(this.#session, "fs.put", params, options)).result as FsPutResult;
  }

  async #stat(method: string, path: Bytes, options?: BoundedCall): Promise<RemoteStats> {
    const { result } = await sessionCall(this.#session, method, textParams("path", path), options);
    return new RemoteStats(result as FsStatResult);
  }

  async #path(method: string, path: Bytes, options?: BoundedCall): Promise<string> {
    const reply = await sessionCall(this.#session, method, textParams("path", path), options);
    const result = reply.result as { path: string; encoding?: string };
    if (result.encoding === undefined) return result.path;
    const data = { dispatched: "yes", path: Buffer.from(result.path, "base64") };
    throw new NotUtf8("the path is not UTF-8: see data.path", { data });
  }

  async #do(
    method: string,
    paths: Record<string, Bytes>,
    { timeout, signal, ...options }: BoundedCall = {},
    params: object = {},
  ): Promise<void> {
    const named = Object.entries(paths).map(([name, path]) => textParams(name, path));
    await sessionCall(this.#session, method, Object.assign({}, ...named, options, params), {
      timeout,
      signal,
    });
  }
}

function seconds(time: Time): number {
  return typeof time === "number" ? time : time.getTime() / 1000;
}
