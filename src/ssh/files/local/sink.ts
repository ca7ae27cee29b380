import { constants } from "node:fs";
import { open, readlink, realpath, rename, stat, unlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import { localFileError } from "./error.ts";
import { LocalPipe } from "./pipe.ts";
import { settlePermissions } from "./permissions.ts";
import { removeStale } from "./stale.ts";
import { temporaryBeside } from "../support/temporary-name.ts";
import { BatchedWrites } from "./batched-writes.ts";

/** Where the bytes lie until the file is whole. */
interface Temporary {
  readonly path: string;
  readonly file: FileHandle;
  readonly umask: number;
}

/**
 * A local file that is being received: written under a temporary name beside its destination, which
 * is replaced when the file is whole; until then only the daemon's user can read it. What isn't a
 * regular file (`/dev/null`, a FIFO) is written to as it is.
 */
export class LocalSink {
  readonly #path: string;
  readonly #target: string;
  readonly #handle: FileHandle | LocalPipe;
  readonly #temporary: Temporary | undefined;
  readonly #writes: BatchedWrites;

  private constructor(
    path_: string,
    target: string,
    handle: FileHandle | LocalPipe,
    temporary?: Temporary,
  ) {
    this.#path = path_;
    this.#target = target;
    this.#handle = handle;
    this.#temporary = temporary;
    this.#writes = new BatchedWrites(handle, path_, temporary !== undefined);
  }

  /**
   * Makes sure that `dest` can be a file's destination, before anything is asked of the server.
   *
   * @throws {Failure} LocalFileError
   */
  static async check(dest: string): Promise<void> {
    try {
      const found = await existing(dest);
      // As for open(2), a path that ends in a slash is a folder's, even if nothing is there.
      if (found?.isDirectory || (!found && dest.endsWith("/"))) {
        throw Object.assign(new Error(), { code: "EISDIR" });
      }
      if (!found) {
        const folder = await stat(path.dirname(dest));
        if (!folder.isDirectory()) throw Object.assign(new Error(), { code: "ENOTDIR" });
      }
    } catch (error) {
      throw localFileError(error, dest);
    }
  }

  /**
   * @param umask umask(2) for a new file
   * @throws {Failure} LocalFileError
   */
  static async open(dest: string, umask: number): Promise<LocalSink> {
    try {
      const found = await existing(dest);
      // A symbolic link stays: the file that it leads to is replaced.
      const target = await targetOf(dest);
      if (found && !found.isFile) {
        const handle = await (found.isFifo ? LocalPipe.open(target) : openDevice(target));
        return new LocalSink(dest, target, handle);
      }
      void removeStale(path.dirname(target));
      const temporary = temporaryBeside(Buffer.from(target)).toString();
      const file = await open(temporary, "wx", 0o600);
      return new LocalSink(dest, target, file, { path: temporary, file, umask });
    } catch (error) {
      throw localFileError(error, dest);
    }
  }

  /**
   * Takes the file's next bytes.
   *
   * @returns a promise where the disk is behind: to be awaited before more is given
   */
  write(bytes: Uint8Array): Promise<void> | undefined {
    return this.#writes.push(bytes);
  }

  /**
   * Resolves when all that was given is written; a FIFO's reader may never take it.
   *
   * @throws {Failure} LocalFileError
   */
  written(): Promise<void> {
    return this.#writes.written();
  }

  /** The file is whole: puts it in its place when it is {@link written}. @throws {Failure} LocalFileError */
  async commit(): Promise<void> {
    await this.written();
    try {
      if (this.#temporary) {
        const { file, umask } = this.#temporary;
        await settlePermissions(file, await existing(this.#target), umask);
      }
      await this.#handle.close();
      if (this.#temporary) await rename(this.#temporary.path, this.#target);
    } catch (error) {
      throw localFileError(error, this.#path);
    }
  }

  /** The transfer has failed: leaves everything as it was. Harmless after {@link commit}. */
  async abandon(): Promise<void> {
    // First, as the wait below may be for a FIFO's reader.
    await this.#handle.close().catch(() => {});
    await this.#writes.idle();
    if (this.#temporary) await unlink(this.#temporary.path).catch(() => {});
  }
}

/** Opened without blocking: a device that takes no data would block one of libuv's few threads for ever. */
function openDevice(path_: string): Promise<FileHandle> {
  const { O_WRONLY, O_TRUNC, O_NOCTTY, O_NONBLOCK } = constants;
  return open(path_, O_WRONLY | O_TRUNC | O_NOCTTY | O_NONBLOCK);
}

async function existing(dest: string) {
  try {
    const found = await stat(dest);
    const { mode, uid, gid } = found;
    return {
      isFile: found.isFile(),
      isFifo: found.isFIFO(),
      isDirectory: found.isDirectory(),
      mode,
      uid,
      gid,
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The file that `dest` leads to, also where it is a link to what isn't there yet. */
async function targetOf(dest: string): Promise<string> {
  try {
    return await realpath(dest);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const folder = await realpath(path.dirname(dest));
  const link = await readlink(dest).catch(() => undefined);
  if (link === undefined) return path.join(folder, path.basename(dest));
  return targetOf(path.isAbsolute(link) ? link : `${folder}/${link}`);
}
