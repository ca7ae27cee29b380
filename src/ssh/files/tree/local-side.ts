import * as fs from "node:fs/promises";
import type { Stats } from "node:fs";
import { Failure } from "../../../protocol/errors.ts";
import { localFailure, localFileError } from "../local/error.ts";
import { errnoText } from "../../../codecs/text/errno.ts";
import type { FileThread } from "../local/file-thread.ts";
import { numbersOfOne } from "../local/file-thread-shared.ts";
import type { Listing } from "../local/file-thread-shared.ts";
import { Breath } from "../support/breath.ts";
import { fileType } from "../support/file-type.ts";
import type { Entry, FileStat } from "../support/remote-files.ts";
import { temporaryBeside } from "../support/temporary-name.ts";
import type { Attributes, Side } from "./side.ts";
import { joined } from "../support/joined.ts";

/** The daemon's own files. */
export class LocalSide implements Side {
  readonly isRemote = false;
  readonly #thread: FileThread;

  constructor(thread: FileThread) {
    this.#thread = thread;
  }

  async stat(path: Buffer): Promise<FileStat> {
    const found = await local(path, fs.stat(path));
    // It will be listed, and a thread takes a while to start.
    if (found.isDirectory()) this.#thread.start();
    return fileStat(found);
  }

  async lstat(path: Buffer): Promise<FileStat> {
    return fileStat(await local(path, fs.lstat(path)));
  }

  async list(path: Buffer): Promise<Entry[]> {
    const listing = await local(path, this.#thread.run("list", path.toString("latin1")));
    return entriesOf(listing);
  }

  async readlink(path: Buffer): Promise<Buffer> {
    return local(path, fs.readlink(path, { encoding: "buffer" }));
  }

  async realpath(path: Buffer): Promise<Buffer> {
    return local(path, fs.realpath(path, { encoding: "buffer" }));
  }

  async mkdir(path: Buffer): Promise<void> {
    // Files are to come.
    this.#thread.start();
    await local(path, fs.mkdir(path));
  }

  async symlink(target: Buffer, path: Buffer): Promise<void> {
    const temporary = temporaryBeside(path);
    await local(path, fs.symlink(target, temporary));
    try {
      await local(path, fs.rename(temporary, path));
    } catch (error) {
      await fs.unlink(temporary).catch(() => {});
      throw error;
    }
  }

  async remove(path: Buffer): Promise<void> {
    // Its path must be text: rm(3)'s own walk joins names to it.
    const found = await local(path, fs.lstat(path));
    if (!found.isDirectory()) return local(path, fs.unlink(path));
    const names = await local(path, fs.readdir(path, { encoding: "buffer" }));
    for (const name of names) await this.remove(joined(path, name));
    await local(path, fs.rmdir(path));
  }

  async setAttributes(path: Buffer, { mode, atime, mtime }: Attributes): Promise<void> {
    await local(path, fs.chmod(path, mode));
    await local(path, fs.utimes(path, atime, mtime));
  }

  async width() {
    return { files: 1024, directories: 64 };
  }

  error(path: Buffer, code: string, words = errnoText(code)): Error {
    const errno = /^E[A-Z]+$/.test(code) ? code : "EIO";
    return localFailure({ errno, code, path: path.toString("utf8") }, words);
  }
}

/** @throws {Failure} LocalFileError */
export async function local<T>(path: Buffer, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    // The call has ended.
    if (error instanceof Failure) throw error;
    throw localFileError(error, path.toString("utf8"));
  }
}

export function fileStat({ mode, size, uid, gid, atimeMs, mtimeMs }: Stats): FileStat {
  return {
    type: fileType(mode),
    size,
    mode: mode & 0o7777,
    uid,
    gid,
    atime: atimeMs / 1000,
    mtime: mtimeMs / 1000,
  };
}

async function entriesOf({ names, numbers }: Listing): Promise<Entry[]> {
  const breath = new Breath();
  const entries: Entry[] = [];
  for (let at = 0; at < names.length;) {
    const end = names.indexOf("\0", at);
    const name = Buffer.from(names.slice(at, end), "latin1");
    at = end + 1;
    const its = numbers.subarray(entries.length * numbersOfOne);
    const [mode = 0, size = 0, uid = 0, gid = 0, atime = 0, mtime = 0] = its;
    const type = fileType(mode);
    entries.push({ name, type, size, mode: mode & 0o7777, uid, gid, atime, mtime });
    await breath.step();
  }
  return entries;
}
