import { openFlags, statusCodes } from "../../../codecs/sftp/constants.ts";
import * as extensions from "../../../codecs/sftp/extensions.ts";
import * as requests from "../../../codecs/sftp/requests.ts";
import type { Request } from "../../../codecs/sftp/requests.ts";
import type { Attributes } from "../../../codecs/sftp/attributes.ts";
import type { Response } from "../../../codecs/sftp/responses.ts";
import { Cancellation } from "../../../protocol/cancellation.ts";
import { printable } from "../../../codecs/text/printable.ts";
import { Failure } from "../../../protocol/errors.ts";
import { Call } from "../../support/call.ts";
import {
  hasCode,
  notSupported,
  remoteFileError,
  restated,
  saidAlso,
} from "../support/remote-error.ts";
import type {
  Changed,
  Entry,
  FileStat,
  FileSystemSpace,
  OpenMode,
  RemoteFiles,
  TakeBytes,
  TakeEntries,
  WriteOptions,
} from "../support/remote-files.ts";
import { expectOkOfTwo, explained } from "./explain.ts";
import type { Intent } from "./explain.ts";
import { joined } from "../support/joined.ts";
import { fileStat } from "./file-stat.ts";
import { Names } from "./names.ts";
import { listDirectory } from "./list-directory.ts";
import { lstatOf } from "./lstat.ts";
import { expectAttributes, expectHandle, expectOk, expectPath, refusal } from "./replies.ts";
import { replaceFile } from "./replace-file.ts";
import type { SftpChannel } from "./sftp-channel.ts";
import { SftpFile } from "./sftp-file.ts";
import { statfs } from "./statfs.ts";

const isLink = (attributes: Attributes) => fileStat(attributes).type === "symlink";

const { read, write, append, create, truncate, exclusive } = openFlags;

const flagsOf: Readonly<Record<OpenMode, number>> = {
  r: read,
  "r+": read | write,
  w: write | create | truncate,
  wx: write | create | truncate | exclusive,
  "w+": read | write | create | truncate,
  "wx+": read | write | create | truncate | exclusive,
  a: write | create | append,
  ax: write | create | append | exclusive,
  "a+": read | write | create | append,
  "ax+": read | write | create | append | exclusive,
};

/** What the usual umask leaves of a mode, where the server's own isn't known. */
const usualMask = 0o7755;

/** A server's files by SFTP, over one channel. */
export class SftpFiles implements RemoteFiles {
  readonly via = "sftp";

  get listsLinks(): boolean {
    return this.channel.isOpenSsh;
  }

  readonly channel: SftpChannel;
  readonly #names = new Names();
  /** Whether a symlink request has the link's own path first, as in the draft. */
  readonly #linkFirst: boolean;

  readonly #hashes: RemoteFiles["hashes"];
  /** Paths of what takes the place of a file that is removed first, and whether they were to be discarded. */
  readonly #replacing = new Map<string, boolean>();

  /**
   * @param ident the server's identification string (RFC 4253 §4.2)
   * @param hashes SFTP has none
   */
  constructor(channel: SftpChannel, ident: string, hashes: RemoteFiles["hashes"]) {
    this.channel = channel;
    this.#hashes = hashes;
    // asyncssh's does so for every client but two that it knows by name.
    this.#linkFirst = /AsyncSSH/i.test(ident);
  }

  async info(call: Call) {
    const [found, home] = await Promise.all([
      call.race(this.channel.ready),
      this.#path(requests.realpath(Buffer.from(".")), Buffer.from("."), call),
    ]);
    return { extensions: [...found.extensions.keys()], home };
  }

  async stat(path: Buffer, call: Call): Promise<FileStat> {
    return this.#named(expectAttributes(await this.#ask(requests.stat(path), call), path), call);
  }

  async lstat(path: Buffer, call: Call): Promise<FileStat> {
    return this.#named(expectAttributes(await lstatOf(this.channel, path, call), path), call);
  }

  async readdir(path: Buffer, take: TakeEntries, call: Call): Promise<void> {
    const named = async (entries: Entry[]) => {
      await take(await this.#names.add(entries, this.channel, call));
    };
    await this.list(path, named, call);
  }

  async list(path: Buffer, take: TakeEntries, call: Call): Promise<void> {
    await explained(this.channel, path, "directory", call, () =>
      listDirectory(this.channel, path, take, call),
    );
  }

  discard(path: Buffer): void {
    const key = path.toString("latin1");
    if (this.#replacing.has(key)) this.#replacing.set(key, true);
    else this.channel.tell(requests.remove(path));
  }

  hashes(path: Buffer, size: number, blockSize: number, call: Call): Promise<string[]> {
    return this.#hashes(path, size, blockSize, call);
  }

  async handles(call: Call): Promise<number> {
    return (await call.race(this.channel.limits)).handles;
  }

  async open(path: Buffer, mode: OpenMode, permissions: number | undefined, call: Call) {
    return this.openWith(path, flagsOf[mode], permissions, call);
  }

  /** @param flags of `openFlags` */
  async openWith(
    path: Buffer,
    flags: number,
    permissions: number | undefined,
    call: Call,
  ): Promise<SftpFile> {
    const attributes = permissions === undefined ? {} : { permissions };
    const intent = (flags & exclusive) === 0 ? "file" : "create";
    return explained(this.channel, path, intent, call, async () => {
      const response = await this.#ask(requests.open(path, flags, attributes), call);
      const handle = Buffer.from(expectHandle(response, path));
      const limits = await call.race(this.channel.limits).catch((error: unknown) => {
        this.channel.closeHandle(handle);
        throw error;
      });
      const appends = (flags & append) !== 0 && !this.channel.isOpenSsh;
      const file = new SftpFile(this.channel, handle, path, limits, appends);
      if (permissions !== undefined && (flags & exclusive) !== 0 && !this.channel.isOpenSsh) {
        // Some take no notice of the mode of a new file. Before a byte is in it, nobody has to wait.
        file.chmod(permissions & usualMask, call).catch(() => {});
      }
      return file;
    });
  }

  async readFile(
    path: Buffer,
    { offset, length }: { offset: number; length: number },
    take: TakeBytes,
    call: Call,
  ): Promise<void> {
    const file = await this.open(path, "r", undefined, call);
    try {
      await explained(this.channel, path, "file", call, () =>
        file.read(offset, length, take, call),
      );
    } finally {
      file.abandon();
    }
  }

  async writeFile(path: Buffer, data: Uint8Array, options: WriteOptions, call: Call) {
    const { flag, offset, mode } = options;
    if (flag === "w") return replaceFile(this, path, { data, mode }, call);
    const file = await this.open(path, flag, mode, call);
    try {
      await explained(this.channel, path, "file", call, () => file.write(offset, data, call));
      await file.close(call);
    } finally {
      file.abandon();
    }
  }

  async mkdir(path: Buffer, mode: number | undefined, call: Call): Promise<void> {
    const attributes = mode === undefined ? {} : { permissions: mode };
    await this.#do(requests.mkdir(path, attributes), path, "create", call);
    if (mode === undefined || this.channel.isOpenSsh) return;
    await this.chmod(path, mode & usualMask, { followLinks: true }, call);
  }

  async rmdir(path: Buffer, call: Call): Promise<void> {
    if (await this.#isOther(path, false, call)) throw remoteFileError(path, "ENOTDIR");
    await this.#do(requests.rmdir(path), path, "emptied", call);
  }

  async unlink(path: Buffer, call: Call): Promise<void> {
    if (await this.#isOther(path, true, call)) throw remoteFileError(path, "EISDIR");
    await this.#do(requests.remove(path), path, "file", call);
  }

  async rename(from: Buffer, to: Buffer, overwrite: boolean, call: Call): Promise<void> {
    if (overwrite) return this.#replace(from, to, call);
    await call.race(this.channel.ready);
    // With others a plain rename may replace what is there.
    if (!this.channel.isOpenSsh && (await this.#isThere(to, call))) {
      throw remoteFileError(to, "EEXIST");
    }
    await this.#onTwo(requests.rename(from, to), from, to, call);
  }

  async copyFile(from: Buffer, to: Buffer, call: Call): Promise<void> {
    const [source, found] = await Promise.all([
      this.open(from, "r", undefined, call),
      this.#ask(requests.stat(from), call),
    ]);
    try {
      const attributes = expectAttributes(found, from);
      if (fileStat(attributes).type === "directory") throw remoteFileError(from, "EISDIR");
      await replaceFile(
        this,
        to,
        { source, mode: (attributes.permissions ?? 0o666) & 0o777 },
        call,
      );
    } finally {
      source.abandon();
    }
  }

  async link(from: Buffer, to: Buffer, call: Call): Promise<void> {
    await this.#require(extensions.extensionNames.hardlink, "hard links", call);
    await this.#onTwo(extensions.hardlink(from, to), from, to, call);
  }

  async symlink(target: Buffer, path: Buffer, call: Call): Promise<void> {
    const request = this.#linkFirst
      ? requests.symlink(path, target)
      : requests.symlink(target, path);
    await this.#do(request, path, "create", call);
  }

  async readlink(path: Buffer, call: Call): Promise<Buffer> {
    try {
      return await this.#path(requests.readlink(path), path, call);
    } catch (error) {
      // ProFTPD's says of what is no link that it can't do that.
      const isVague = error instanceof Failure && error.kind === "NotSupported";
      if (!isVague && !hasCode(error, "UNKNOWN")) throw error;
      const found = await lstatOf(this.channel, path, call);
      if (found.type !== "attributes" || (isVague && isLink(found.attributes))) throw error;
      throw restated(error, path, "EINVAL");
    }
  }

  async realpath(path: Buffer, call: Call): Promise<Buffer> {
    if (path[0] !== "~".charCodeAt(0)) return this.#realpath(path, path, call);
    const { expandPath } = extensions.extensionNames;
    if (await this.channel.has(expandPath, call)) {
      const expanded = await this.#path(extensions.expandPath(path), path, call);
      return this.#realpath(expanded, path, call);
    }
    if (path.length > 1 && path[1] !== "/".charCodeAt(0)) {
      throw notSupported(`the server's SFTP has no ${expandPath}: only ~ itself is known`);
    }
    const inHome = Buffer.concat([Buffer.from("."), path.subarray(1)]);
    return this.#realpath(inHome, path, call);
  }

  async chmod(path: Buffer, mode: number, options: Changed, call: Call): Promise<void> {
    try {
      await this.#setstat(path, { permissions: mode }, options, call);
    } catch (error) {
      if (options.followLinks || !hasCode(error, "UNKNOWN")) throw error;
      const found = await lstatOf(this.channel, path, call);
      if (found.type !== "attributes" || !isLink(found.attributes)) throw error;
      // SFTP has no number for what Linux says then.
      throw notSupported("the server's system can't change the mode of a link itself");
    }
  }

  chown(path: Buffer, uid: number, gid: number, options: Changed, call: Call): Promise<void> {
    return this.#setstat(path, { uid, gid }, options, call);
  }

  utimes(path: Buffer, atime: number, mtime: number, options: Changed, call: Call) {
    const times = { atime: Math.floor(atime), mtime: Math.floor(mtime) };
    return this.#setstat(path, times, options, call);
  }

  truncate(path: Buffer, size: number, call: Call): Promise<void> {
    return this.#do(requests.setstat(path, { size }), path, "file", call);
  }

  async statfs(path: Buffer, call: Call): Promise<FileSystemSpace> {
    await this.#require(extensions.extensionNames.statvfs, "the file system's figures", call);
    return statfs(this.channel, path, call);
  }

  /** Renames, replacing what is there: at once where the server can, else in two steps. */
  async #replace(from: Buffer, to: Buffer, call: Call): Promise<void> {
    if (await this.channel.has(extensions.extensionNames.posixRename, call)) {
      return this.#onTwo(extensions.posixRename(from, to), from, to, call);
    }
    const first = await this.#ask(requests.rename(from, to), call);
    if (first.type === "status" && first.code === statusCodes.ok) return;
    const there = await lstatOf(this.channel, to, call);
    if (!(await this.#isThere(from, call))) throw remoteFileError(from, "ENOENT");
    if (there.type !== "attributes") throw refusal(first, to);
    if (fileStat(there.attributes).type === "directory") throw remoteFileError(to, "EISDIR");
    call.check();
    await call.race(this.#removeAndRename(from, to));
  }

  /**
   * On nobody's account: a call that ended between the two would leave neither the old file nor the
   * new one. Until the new one is in its place it isn't discarded either.
   */
  async #removeAndRename(from: Buffer, to: Buffer): Promise<void> {
    const call = new Call(new Cancellation());
    const key = from.toString("latin1");
    this.#replacing.set(key, false);
    try {
      await this.#do(requests.remove(to), to, "file", call);
    } catch (error) {
      const isUnwanted = this.#replacing.get(key) === true;
      this.#replacing.delete(key);
      // The old one is there still.
      if (isUnwanted) this.discard(from);
      throw error;
    }
    try {
      await this.#do(requests.rename(from, to), to, "file", call);
      this.#replacing.delete(key);
    } catch (error) {
      const path = printable(from.toString("utf8"), 4096);
      throw saidAlso(error, `the old file is removed, and the new one is at ${path}`);
    }
  }

  async #setstat(path: Buffer, attributes: Attributes, { followLinks }: Changed, call: Call) {
    if (followLinks) return this.#do(requests.setstat(path, attributes), path, "file", call);
    await this.#require(extensions.extensionNames.lsetstat, "changing a link itself", call);
    return this.#do(extensions.lsetstat(path, attributes), path, "file", call);
  }

  /** ProFTPD's wants the last part to be there. @param said what the caller knows it as */
  async #realpath(path: Buffer, said: Buffer, call: Call): Promise<Buffer> {
    try {
      return await this.#path(requests.realpath(path), said, call);
    } catch (error) {
      const at = path.lastIndexOf(0x2f);
      const name = path.subarray(at + 1);
      if (!hasCode(error, "ENOENT") || this.channel.isOpenSsh || name.length === 0) throw error;
      const folder = at === -1 ? Buffer.from(".") : path.subarray(0, Math.max(1, at));
      return joined(await this.#path(requests.realpath(folder), said, call), name);
    }
  }

  #ask(request: Request, call: Call): Promise<Response> {
    return this.channel.request(request, call);
  }

  async #path(request: Request, path: Buffer, call: Call): Promise<Buffer> {
    return expectPath(await this.#ask(request, call), path);
  }

  async #onTwo(request: Request, from: Buffer, to: Buffer, call: Call): Promise<void> {
    const response = await this.#ask(request, call);
    await expectOkOfTwo(this.channel, response, { from, to }, call);
  }

  async #do(request: Request, path: Buffer, intent: Intent, call: Call): Promise<void> {
    await explained(this.channel, path, intent, call, async () => {
      expectOk(await this.#ask(request, call), path);
    });
  }

  /** Whether it is (not) a directory: some servers remove whatever is there, and have to be asked first. */
  async #isOther(path: Buffer, isDirectory: boolean, call: Call): Promise<boolean> {
    await call.race(this.channel.ready);
    if (this.channel.isOpenSsh) return false;
    const found = await lstatOf(this.channel, path, call);
    if (found.type !== "attributes") return false;
    return (fileStat(found.attributes).type === "directory") === isDirectory;
  }

  async #isThere(path: Buffer, call: Call): Promise<boolean> {
    return (await this.#ask(requests.lstat(path), call)).type === "attributes";
  }

  async #named(attributes: Attributes, call: Call): Promise<FileStat> {
    const [file] = await this.#names.add([fileStat(attributes)], this.channel, call);
    return file as FileStat;
  }

  async #require(extension: string, purpose: string, call: Call): Promise<void> {
    if (await this.channel.has(extension, call)) return;
    throw notSupported(`the server's SFTP has no ${extension}, for ${purpose}`);
  }
}
