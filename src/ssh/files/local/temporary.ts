import { constants } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { FileStat } from "../support/remote-files.ts";
import { temporaryBeside } from "../support/temporary-name.ts";
import { isZero } from "../support/zeros.ts";
import { localFileError } from "./error.ts";
import { settlePermissions } from "./permissions.ts";

/** Bytes gathered before they are written at once. */
const batch = 1024 * 1024;
/** Zeros become a hole where there are at least as many together, in bytes. */
const leastHole = 4096;

/** What a local file gets when it is whole. */
export interface Settings {
  readonly target: Buffer;
  /** The one that is replaced. */
  readonly old: FileStat | undefined;
  readonly umask: number;
  /** Of a new file; and of one that is replaced, where `setMode` says so. */
  readonly mode: number;
  readonly setMode: boolean;
  readonly times: { readonly atime: number; readonly mtime: number } | undefined;
}

/** A local file on its way: under a temporary name beside its destination until it is whole. */
export class LocalTemporary {
  readonly path: Buffer;
  readonly handle: FileHandle;
  #position = 0;
  #pending: Uint8Array[] = [];
  #pendingSize = 0;
  #writing: Promise<void> = Promise.resolve();
  #isOver = false;

  private constructor(path: Buffer, handle: FileHandle) {
    this.path = path;
    this.handle = handle;
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
    await this.#local(this.handle.truncate(size));
    this.#position = size;
  }

  /** Takes the next bytes. @returns a promise where the disk is behind */
  write(bytes: Uint8Array): Promise<void> | undefined {
    if (bytes.length >= leastHole && isZero(bytes)) return this.#skip(bytes.length);
    this.#pending.push(bytes);
    this.#pendingSize += bytes.length;
    return this.#pendingSize < batch ? undefined : this.#flush();
  }

  /** The file is whole: puts it in its place. @throws {Failure} LocalFileError */
  async commit(settings: Settings): Promise<void> {
    const { target, old, umask, mode, setMode, times } = settings;
    await this.#flush();
    await this.#local(this.#writing);
    // Behind a hole at its end, too.
    await this.#local(this.handle.truncate(this.#position));
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

  /** It won't be whole. Harmless after {@link commit}. @param keep for another attempt */
  async abandon(keep: boolean): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    if (keep) await this.#flush().catch(() => {});
    await this.#writing.catch(() => {});
    await this.handle.close().catch(() => {});
    if (!keep || this.#position === 0) await unlink(this.path).catch(() => {});
  }

  async #skip(size: number): Promise<void> {
    await this.#flush();
    await this.#local(this.#writing);
    this.#position += size;
  }

  /** Waits for the batch before, and starts to write this one. */
  async #flush(): Promise<void> {
    const chunks = this.#pending;
    this.#pending = [];
    this.#pendingSize = 0;
    const before = this.#writing;
    this.#writing = before.then(() => this.#writeAll(chunks));
    this.#writing.catch(() => {});
    await this.#local(before);
  }

  async #writeAll(chunks: Uint8Array[]): Promise<void> {
    let rest = chunks;
    while (rest.length > 0) {
      const { bytesWritten } = await this.handle.writev(rest, this.#position);
      this.#position += bytesWritten;
      rest = after(rest, bytesWritten);
    }
  }

  async #local<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw localFileError(error, this.path.toString("utf8"));
    }
  }
}

/** What is left of `chunks` behind the first `count` bytes. */
export function after(chunks: Uint8Array[], count: number): Uint8Array[] {
  let skip = count;
  let index = 0;
  for (; index < chunks.length; index++) {
    const { length } = chunks[index] as Uint8Array;
    if (skip < length) break;
    skip -= length;
  }
  const [first, ...rest] = chunks.slice(index);
  return first ? [first.subarray(skip), ...rest] : [];
}
