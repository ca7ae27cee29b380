/** What the thread for small files and its daemon tell each other. */

/** Numbers of a file's in {@link Listing}: st_mode, size, uid, gid, atime and mtime. */
export const numbersOfOne = 6;

/** Bytes (names, paths, data) are text in latin1, which threads hand each other at little cost. */
export interface Listing {
  /** Each with a NUL behind it: a hundred thousand texts would take a while to be handed over. */
  readonly names: string;
  /** All 0 where nothing can be told of one. */
  readonly numbers: Float64Array;
}

/** A file as it was read. */
export interface SmallFile {
  readonly data: string;
  readonly mode: number;
  readonly size: number;
  readonly atimeMs: number;
  readonly mtimeMs: number;
  /** Whether it was written to while it was read. */
  readonly changed: boolean;
}

export interface NewFile {
  /** Where it is until it is whole. */
  readonly temporary: string;
  readonly target: string;
  readonly data: string;
  /** What it is all zeros of is a hole. */
  readonly isHole: boolean;
  readonly mode: number;
  /** Seconds since 1970. */
  readonly times: { readonly atime: number; readonly mtime: number } | undefined;
}

export interface Works {
  list(path: string): Listing;
  /** Undefined where it has more than `most` bytes, or is no regular file. */
  read(file: { path: string; most: number }): SmallFile | undefined;
  write(file: NewFile): void;
}

export interface Task {
  readonly id: number;
  readonly work: keyof Works;
  readonly params: unknown;
  /** Its first number is not 0 when it isn't to be begun any more. */
  readonly stopped: Int32Array;
}

export interface Outcome {
  readonly id: number;
  readonly result?: unknown;
  readonly code?: string;
}
