import { limits } from "../../../protocol/limits.ts";
import { remoteFileError } from "./remote-error.ts";
import type { Entry } from "./remote-files.ts";

/** Bytes that an entry takes, about, besides its name. */
const entrySize = 256;

/** Bytes of a path (PATH_MAX): a malicious server could invent an endless tree. */
export const longestPath = 4096;

/** Bounds the memory for listings, as a malicious server could invent endless directories. */
export class EntryRoom {
  readonly most: number;
  #kept = 0;

  /** @param most bytes */
  constructor(most: number = limits.maxOutput) {
    this.most = most;
  }

  get kept(): number {
    return this.#kept;
  }

  /** Whether what is kept is no trifle any more: then fewer directories go on at once. */
  get isScarce(): boolean {
    return this.#kept > this.most / 8;
  }

  /**
   * @param path the directory that they are from
   * @throws {Failure} RemoteFileError ENOMEM where there is no more room; they aren't counted then
   */
  take(entries: readonly Entry[], path: Buffer): void {
    const size = sizeOf(entries);
    if (this.#kept + size > this.most) {
      const said = `Too many entries: at most ${this.most} bytes of directories are kept at once`;
      throw remoteFileError(path, "ENOMEM", { said });
    }
    this.#kept += size;
  }

  give(entries: readonly Entry[]): void {
    this.#kept -= sizeOf(entries);
  }
}

function sizeOf(entries: readonly Entry[]): number {
  return entries.reduce((sum, { name }) => sum + name.length + entrySize, 0);
}
