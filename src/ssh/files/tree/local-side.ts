import * as fs from "node:fs/promises";
import type { Stats } from "node:fs";
import { localFailure, localFileError } from "../local/error.ts";
import { errnoText } from "../../../codecs/text/errno.ts";
import type { Entry, FileStat, FileType } from "../support/remote-files.ts";
import { temporaryBeside } from "../support/temporary-name.ts";
import type { Attributes, Side } from "./side.ts";
import { joined } from "../support/joined.ts";

/** The daemon's own files. */
export class LocalSide implements Side {
  async stat(path: Buffer): Promise<FileStat> {
    return fileStat(await local(path, fs.stat(path)));
  }

  async lstat(path: Buffer): Promise<FileStat> {
    return fileStat(await local(path, fs.lstat(path)));
  }

  async list(path: Buffer): Promise<Entry[]> {
    const names = await local(path, fs.readdir(path, { encoding: "buffer" }));
    const entries: Entry[] = [];
    const pending = names.values();
    // As many at once as Node has threads; thousands would only wait for them.
    const work = async () => {
      for (const name of pending) {
        const found = await fs.lstat(joined(path, name)).catch(() => undefined);
        // One that has gone meanwhile isn't there.
        if (found) entries.push({ name, ...fileStat(found) });
      }
    };
    await Promise.all(Array.from({ length: 4 }, work));
    return entries;
  }

  async readlink(path: Buffer): Promise<Buffer> {
    return local(path, fs.readlink(path, { encoding: "buffer" }));
  }

  async realpath(path: Buffer): Promise<Buffer> {
    return local(path, fs.realpath(path, { encoding: "buffer" }));
  }

  async mkdir(path: Buffer): Promise<void> {
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
    return { files: 256, directories: 64 };
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
    throw localFileError(error, path.toString("utf8"));
  }
}

export function fileStat(found: Stats): FileStat {
  return {
    type: typeOf(found),
    size: found.size,
    mode: found.mode & 0o7777,
    uid: found.uid,
    gid: found.gid,
    atime: found.atimeMs / 1000,
    mtime: found.mtimeMs / 1000,
  };
}

function typeOf(found: Stats): FileType {
  if (found.isFile()) return "file";
  if (found.isDirectory()) return "directory";
  if (found.isSymbolicLink()) return "symlink";
  if (found.isFIFO()) return "fifo";
  if (found.isSocket()) return "socket";
  if (found.isBlockDevice()) return "block";
  return "character";
}
