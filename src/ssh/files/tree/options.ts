export interface TreeOptions {
  readonly recursive: boolean;
  /** Times and modes. */
  readonly preserve: boolean;
  readonly overwrite: "always" | "changed" | "never";
  /** What the source hasn't. */
  readonly delete: boolean;
  /** Globs; see exclude.ts. */
  readonly exclude: readonly string[];
  readonly symlinks: "copy" | "follow" | "skip";
  /** What is there of temporary files is continued, and what comes is kept. */
  readonly resume: boolean;
  readonly dryRun: boolean;
}

/** Told how far a transfer of many files is. */
export interface TreeProgress {
  /** A file was found that is to be transferred. */
  found(bytes: number): void;
  moved(bytes: number): void;
  /** One of them is over, well or not. */
  finished(): void;
}

export interface TreeResult {
  files: number;
  directories: number;
  symlinks: number;
  bytes: number;
  skipped: number;
}
