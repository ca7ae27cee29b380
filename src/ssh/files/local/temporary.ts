import { constants } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { FileStat } from "../support/remote-files.ts";
import { temporaryBeside } from "../support/temporary-name.ts";
import { isZero } from "../support/zeros.ts";
import { BatchedWrites } from "./batched-writes.ts";
import { localFileError } from "./error.ts";
import { settlePermissions } from "./permissions.ts";

/** Zeros become a hole where there are at least as many together, in bytes. */
export const leastHole = 4096;

/** Attributes that a local file gets when it is complete. */
export interface Settings {
  readonly target: Buffer;
  /** The file that is replaced. */
  readonly old: FileStat | undefined;
  readonly umask: number;
  /** Mode of a new file; with `setMode`, also of one that replaces another. */
  readonly mode: number;
  readonly setMode: boolean;
  readonly times: { readonly atime: number; readonly mtime: number } | undefined;
}

/** A local file on its way: under a temporary name beside its destination until it is whole. */
export class LocalTemporary {
  readonly path: Buffer;
  readonly handle: FileHandle;
  readonly #writes: BatchedWrites;
  /** Whether the file ends in a hole, so that its length must be set. */
  #endsInHole = false;
  #isOver = false;

  private constructor(path: Buffer, handle: FileHandle) {
    this.path = path;
    this.handle = handle;
    this.#writes = new BatchedWrites(handle, path.toString("utf8"), true);
  }

  /** @param target what it will be @throws {Failure} LocalFileError */
  static async create(target: Buffer): Promise<LocalTemporary> {
    const path = temporaryBeside(target);
    try {
      return new LocalTemporary(path, await open(path, "wx", 0o600));
    } catch (error) {
      throw localFileError(error, target.toString("utf8"));
    }
  }

  /** One that was left by an earlier attempt. @throws {Failure} LocalFileError */
  static async reopen(path: Buffer): Promise<LocalTemporary> {
    try {
      const handle = await open(path, constants.O_RDWR | constants.O_NOFOLLOW);
      await handle.chmod(0o600);
      return new LocalTemporary(path, handle);
    } catch (error) {
      throw localFileError(error, path.toString("utf8"));
    }
  }

  /** Keeps the first `size` bytes, and goes on behind them. */
  async startAt(size: number): Promise<void> {
    await this.#writes.written();
    await this.#local(this.handle.truncate(size));
    this.#writes.seek(size);
  }

  /** Takes the next bytes. @returns a promise where the disk is behind */
  write(bytes: Uint8Array): Promise<void> | undefined {
    this.#endsInHole = bytes.length >= leastHole && isZero(bytes);
    if (this.#endsInHole) return this.#skip(bytes.length);
    return this.#writes.push(bytes);
  }

  /** The file is whole: puts it in its place. @throws {Failure} LocalFileError */
  async commit(settings: Settings): Promise<void> {
    const { target, old, umask, mode, setMode, times } = settings;
    await this.#writes.written();
    if (this.#endsInHole) await this.#local(this.handle.truncate(this.#writes.position));
    const kept = old?.type === "file" ? old : undefined;
    if (kept?.mode !== undefined) {
      const permissions = { mode: kept.mode ?? 0, uid: kept.uid ?? 0, gid: kept.gid ?? 0 };
      await this.#local(settlePermissions(this.handle, permissions, umask));
    }
    if (setMode) await this.#local(this.handle.chmod(mode));
    else if (!kept) await this.#local(this.handle.chmod(mode & ~umask));
    if (times) await this.#local(this.handle.utimes(times.atime, times.mtime));
    await this.#local(this.handle.close());
    this.#isOver = true;
    try {
      await rename(this.path, target);
    } catch (error) {
      await unlink(this.path).catch(() => {});
      throw localFileError(error, target.toString("utf8"));
    }
  }

  /** Gives the file up. Has no effect after {@link commit}. @param keep leaves it for a later attempt */
  async abandon(keep: boolean): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    if (keep) await this.#writes.written().catch(() => {});
    await this.#writes.idle();
    await this.handle.close().catch(() => {});
    if (!keep || this.#writes.position === 0) await unlink(this.path).catch(() => {});
  }

  async #skip(size: number): Promise<void> {
    await this.#writes.written();
    this.#writes.seek(this.#writes.position + size);
  }

  async #local<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw localFileError(error, this.path.toString("utf8"));
    }
  }
}
