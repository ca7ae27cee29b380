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
import { NotUtf8, RemoteFileError } from "../errors/errors.ts";
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
  /** The offset of the first byte, at least 0. Default: 0. */
  offset?: number | undefined;
  /** The number of bytes to read, at most. Default: all up to the file's end. */
  length?: number | undefined;
  /** The largest number of bytes that is read, 1 to 268435456; more is OutputTooLarge. Default: 268435456. */
  maxOutput?: number | undefined;
}

export interface WriteFileOptions extends BoundedCall {
  /**
   * `"w"` writes beside the file and renames, so that a failure leaves the old one; `"wx"` fails where
   * there is one; `"a"` appends; `"r+"` writes into it at `offset`. Default: `"w"`.
   */
  flag?: FsWriteFileParams["flag"];
  /** With `"r+"`: the offset in bytes at which to write. Default: 0. */
  offset?: number | undefined;
  /** The permission bits of a new file, 0 to 0o7777; the remote umask applies. Default: the server's. */
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
  /** Whether to give {@link RemoteDirent}s instead of names. Default: false. */
  withFileTypes?: boolean | undefined;
}

/** A time as of Node's `utimes`: a Date, or seconds since 1970. */
export type Time = Date | number;

/**
 * The remote files, in the shape of `node:fs/promises`: over SFTP, or where the server has none, over
 * its shell. Paths are taken literally, and count from the account's home; text is sent as UTF-8, and
 * bytes as they are. Sizes and offsets are in bytes. Times are in seconds where they aren't a Date.
 *
 * Every method may fail with {@link RemoteFileError}, whose `code` is `"ENOENT"`, `"EACCES"` and so on,
 * and whose `path` is the file's;
 * with NotSupported, if the server has no means to do it; with Timeout and Cancelled, by the options
 * `timeout` and `signal`; and with what ends a session (SessionClosed, ConnectionLost, DaemonError).
 * What else one may throw is said there.
 */
export class RemoteFs {
  readonly #session: CallableSession;

  /** @internal */
  constructor(session: CallableSession) {
    this.#session = session;
  }

  /** Whether files are reached by SFTP or by a shell, the server's SFTP extensions, and the account's home. */
  async info(options?: BoundedCall): Promise<FsInfoResult> {
    return (await sessionCall(this.#session, "fs.info", {}, options)).result as FsInfoResult;
  }

  /** A file's type, size, owners, mode and times (stat(2)); follows symbolic links. */
  stat(path: Bytes, options?: BoundedCall): Promise<RemoteStats> {
    return this.#stat("fs.stat", path, options);
  }

  /** As `stat`, but of a symbolic link itself (lstat(2)). */
  lstat(path: Bytes, options?: BoundedCall): Promise<RemoteStats> {
    return this.#stat("fs.lstat", path, options);
  }

  /**
   * Fails where there is no such file, or where its permission bits give nobody what `mode` asks for.
   * Whether they give it to this account no server can be asked (nor whether root needs any): only
   * doing it tells.
   *
   * @param mode `R_OK`, `W_OK` and `X_OK` of Node's `constants`, added. Default: existence alone.
   */
  async access(path: Bytes, mode = 0, options?: BoundedCall): Promise<void> {
    const { mode: bits } = await this.stat(path, options);
    const given = bits | (bits >> 3) | (bits >> 6);
    if (Number.isNaN(bits) || (given & mode) === mode) return;
    const name = bytesOf(path, "path").toString();
    const data = { code: "EACCES", path: name, dispatched: "yes" };
    throw new RemoteFileError(`${name}: permission denied to everybody`, { data });
  }

  /**
   * A directory's entries, without `.` and `..`, in the server's order: names, or with `withFileTypes`
   * what each is. For a very large directory take {@link opendir}.
   *
   * @throws {NotUtf8} a name isn't UTF-8
   * @throws {OutputTooLarge} it has more entries than one reply may hold
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
   *
   * @throws {RemoteFileError} it can't be opened; what fails later is thrown by the loop
   */
  opendir(path: Bytes, options: BoundedCall = {}): Promise<RemoteDir> {
    return RemoteDir.open(this.#session, path, options);
  }

  /**
   * A file's content, or a part of it: a Buffer, or with `"utf8"` text.
   *
   * @throws {OutputTooLarge} there are more than `maxOutput` bytes
   * @throws {NotUtf8} text is wanted, and the bytes aren't UTF-8
   */
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

  /**
   * Writes a file: by default one that is replaced only when the new one is complete; see `flag`.
   *
   * @param data up to 256 MiB; for larger files take {@link put} or {@link createWriteStream}
   */
  async writeFile(path: Bytes, data: Bytes, options: WriteFileOptions = {}): Promise<void> {
    const { flag, offset, mode, ...common } = options;
    const params = { ...textParams("path", path), flag, offset, mode };
    const payload = { param: "data", encodingParam: "encoding", bytes: bytesOf(data, "data") };
    await sessionCall(this.#session, "fs.writeFile", params, common, payload);
  }

  /** Appends to a file, which is made if there is none. @param options.mode as of {@link writeFile} */
  appendFile(
    path: Bytes,
    data: Bytes,
    options: BoundedCall & { mode?: number } = {},
  ): Promise<void> {
    return this.writeFile(path, data, { ...options, flag: "a" });
  }

  /**
   * Makes a directory.
   *
   * @param options.recursive makes its parents too; that it exists already is no error then
   * @param options.mode its permission bits, 0 to 0o7777; the remote umask applies. Default: 0o777.
   */
  async mkdir(
    path: Bytes,
    options: BoundedCall & { recursive?: boolean; mode?: number } = {},
  ): Promise<void> {
    await this.#do("fs.mkdir", { path }, options);
  }

  /**
   * Removes a file, or with `recursive` a directory and all in it. Symbolic links are removed
   * themselves and never followed. `/`, `.` and `..` are refused.
   *
   * @param options.force that nothing is there is no error
   */
  async rm(
    path: Bytes,
    options: BoundedCall & { recursive?: boolean; force?: boolean } = {},
  ): Promise<void> {
    await this.#do("fs.rm", { path }, options);
  }

  /** Removes an empty directory. */
  async rmdir(path: Bytes, options?: BoundedCall): Promise<void> {
    await this.#do("fs.rmdir", { path }, options);
  }

  /** Removes a file or a symbolic link, but no directory. */
  async unlink(path: Bytes, options?: BoundedCall): Promise<void> {
    await this.#do("fs.unlink", { path }, options);
  }

  /** Renames a file or directory. @param options.overwrite whether an existing `to` is replaced. Default: true. */
  async rename(
    from: Bytes,
    to: Bytes,
    options: BoundedCall & Pick<FsRenameParams, "overwrite"> = {},
  ): Promise<void> {
    await this.#do("fs.rename", { from, to }, options);
  }

  /** Copies a file on the server's side; an existing `to` is replaced. */
  async copyFile(from: Bytes, to: Bytes, options?: BoundedCall): Promise<void> {
    await this.#do("fs.copyFile", { from, to }, options);
  }

  /** Makes a hard link at `to` to the file `from`. */
  async link(from: Bytes, to: Bytes, options?: BoundedCall): Promise<void> {
    await this.#do("fs.link", { from, to }, options);
  }

  /** Makes a symbolic link at `path`. @param target what it leads to, which need not exist */
  async symlink(target: Bytes, path: Bytes, options?: BoundedCall): Promise<void> {
    await this.#do("fs.symlink", { target, path }, options);
  }

  /** What a symbolic link leads to, as it is stored. @throws {NotUtf8} it isn't UTF-8; `data.path` has the bytes */
  readlink(path: Bytes, options?: BoundedCall): Promise<string> {
    return this.#path("fs.readlink", path, options);
  }

  /**
   * The absolute path, with symbolic links resolved. A leading `~` or `~user` is a home directory.
   *
   * @throws {NotUtf8} it isn't UTF-8; `data.path` has the bytes
   */
  realpath(path: Bytes, options?: BoundedCall): Promise<string> {
    return this.#path("fs.realpath", path, options);
  }

  /** Sets the permission bits, of what a symbolic link leads to. @param mode 0 to 0o7777 */
  async chmod(path: Bytes, mode: number, options?: BoundedCall): Promise<void> {
    await this.#do("fs.chmod", { path }, options, { mode });
  }

  /** Sets the owner and the group by number (0 to 4294967295), of what a symbolic link leads to. */
  async chown(path: Bytes, uid: number, gid: number, options?: BoundedCall): Promise<void> {
    await this.#do("fs.chown", { path }, options, { uid, gid });
  }

  /** As `chown`, but of a symbolic link itself. */
  async lchown(path: Bytes, uid: number, gid: number, options?: BoundedCall): Promise<void> {
    await this.#do("fs.chown", { path }, options, { uid, gid, followLinks: false });
  }

  /** Sets the times of the last access and the last change; SFTP has whole seconds. */
  async utimes(path: Bytes, atime: Time, mtime: Time, options?: BoundedCall): Promise<void> {
    const times = { atime: seconds(atime), mtime: seconds(mtime) };
    await this.#do("fs.utimes", { path }, options, times);
  }

  /** As `utimes`, but of a symbolic link itself. */
  async lutimes(path: Bytes, atime: Time, mtime: Time, options?: BoundedCall): Promise<void> {
    const times = { atime: seconds(atime), mtime: seconds(mtime), followLinks: false };
    await this.#do("fs.utimes", { path }, options, times);
  }

  /** Sets a file's size. @param size in bytes; what is added is zeros */
  async truncate(path: Bytes, size = 0, options?: BoundedCall): Promise<void> {
    await this.#do("fs.truncate", { path }, options, { size });
  }

  /** The space of a path's file system (statvfs(3)), counted in blocks of `blockSize` bytes. */
  async statfs(path: Bytes, options?: BoundedCall): Promise<FsStatfsResult> {
    const reply = await sessionCall(this.#session, "fs.statfs", textParams("path", path), options);
    return reply.result as FsStatfsResult;
  }

  /**
   * Opens a file, which is written to in place.
   *
   * @param flags as of fopen(3): `"r"`, `"r+"`, `"w"`, `"a"` …; with `x` it must not exist yet
   * @param mode the permission bits of a new file, 0 to 0o7777; the remote umask applies
   */
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

  /** Reads a file as a stream of Buffers; an error of the file is the stream's `error`. */
  createReadStream(path: Bytes, options: ReadStreamOptions = {}): Readable {
    return new FileReadStream(() => this.open(path), options, true);
  }

  /**
   * Writes a file as a stream, in place: a failure leaves a part of it. (`put` replaces it at the end.)
   *
   * @param options.flags as of {@link open}. Default: `"w"`.
   * @param options.mode as of {@link open}
   */
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
   * Receives a file, or with `recursive` a directory and all in it. Each file is written beside its
   * destination and renamed when it is complete.
   *
   * @param source a remote path
   * @param dest a local path: the name of the result itself, not a folder to put it into
   * @returns how many files, directories and symbolic links were transferred, bytes, and files skipped
   * @throws {TransferIncomplete} some files failed; `data.failures` says which and why
   * @throws {LocalFileError} a single file can't be written here
   */
  async get(source: Bytes, dest: LocalPath, options: TreeOptions = {}): Promise<FsGetResult> {
    const params = { ...textParams("source", source), dest: localPath(dest) };
    return (await transfer(this.#session, "fs.get", params, options)).result as FsGetResult;
  }

  /** Sends a file, or with `recursive` a directory and all in it; otherwise as {@link get}. */
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
