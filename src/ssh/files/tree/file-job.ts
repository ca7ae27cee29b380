import type { FileStat } from "../support/remote-files.ts";
import type { Pool } from "./pool.ts";

/** Bytes: all that a file with no more takes is asked for at once. */
export const smallSize = 32 * 1024;

/** One file of a tree on its way. */
export interface FileJob {
  readonly from: Buffer;
  readonly to: Buffer;
  /** What the source's listing said of it. */
  readonly source: FileStat;
  /** What is at `to` now. */
  readonly old: FileStat | undefined;
  /** Temporary files of earlier attempts. */
  readonly partials: readonly Buffer[];
  /** Whether the file gets the source's times; and its mode. */
  readonly times: boolean;
  readonly mode: boolean;
  /** A place in it for as long as the server has a handle open for the file. */
  readonly handles: Pool;
}

/** Copies one file, under a temporary name until it is whole. @returns its bytes */
export type CopyFile = (job: FileJob, moved: (bytes: number) => void) => Promise<number>;
