import { Failure } from "../../../protocol/errors.ts";
import type { Call } from "../../support/call.ts";
import { hasCode } from "../support/remote-error.ts";
import type { Entry, FileStat } from "../support/remote-files.ts";
import { isTemporary, isTemporaryOf } from "../support/temporary-name.ts";
import { excludes } from "./exclude.ts";
import type { Excludes } from "./exclude.ts";
import { Pool } from "./pool.ts";
import { joined } from "../support/joined.ts";
import type { Side } from "./side.ts";

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

/** One file of a tree on its way. */
export interface FileJob {
  readonly from: Buffer;
  readonly to: Buffer;
  /** What the source's listing said of it. */
  readonly source: FileStat;
  /** What is at `to` now. */
  readonly old: FileStat | undefined;
  /** What is there of an earlier attempt: paths of temporary files. */
  readonly partials: readonly Buffer[];
  /** Whether the file gets the source's times; and its mode. */
  readonly times: boolean;
  readonly mode: boolean;
}

/** Copies one file, under a temporary name until it is whole. @returns its bytes */
export type CopyFile = (job: FileJob, moved: (bytes: number) => void) => Promise<number>;

/** The most failures that are told one by one. */
const mostFailures = 1000;

/** Errors that are of one file, and don't stop the others. */
const ofOneFile: ReadonlySet<string> = new Set([
  "RemoteFileError",
  "LocalFileError",
  "NotSupported",
]);

/** Copies a file or a tree from one side to the other. */
export class Transfer {
  readonly result: TreeResult = { files: 0, directories: 0, symlinks: 0, bytes: 0, skipped: 0 };
  readonly #source: Side;
  readonly #dest: Side;
  readonly #copy: CopyFile;
  readonly #options: TreeOptions;
  readonly #progress: TreeProgress;
  readonly #call: Call;
  readonly #excludes: Excludes;
  #files!: Pool;
  #directories!: Pool;
  readonly #failures: { path: string; kind: string; message: string }[] = [];
  #failed = 0;
  /** What ends all of it. */
  #fatal: unknown;

  constructor(
    sides: { source: Side; dest: Side; copy: CopyFile },
    options: TreeOptions,
    progress: TreeProgress,
    call: Call,
  ) {
    this.#source = sides.source;
    this.#dest = sides.dest;
    this.#copy = sides.copy;
    this.#options = options;
    this.#progress = progress;
    this.#call = call;
    this.#excludes = excludes(options.exclude);
  }

  /**
   * @param to the name of the result itself
   * @throws {Failure} TransferIncomplete where some of it failed; the file's own where it was one
   */
  async run(from: Buffer, to: Buffer): Promise<TreeResult> {
    const [source, widths] = await Promise.all([
      this.#source.stat(from),
      Promise.all([this.#source.width(), this.#dest.width()]),
    ]);
    this.#files = new Pool(Math.min(...widths.map(({ files }) => files)));
    this.#directories = new Pool(Math.min(...widths.map(({ directories }) => directories)));
    const { recursive } = this.#options;
    if (source.type === "directory") {
      if (!recursive) {
        throw this.#source.error(from, "EISDIR", "Is a directory, and recursive is false");
      }
      await this.#tree(from, to, source);
    } else if (source.type === "file") await this.#single(from, to, source);
    else throw this.#source.error(from, "EINVAL", "Not a regular file");
    if (this.#fatal !== undefined) throw this.#fatal;
    if (this.#failed > 0) throw this.#incomplete();
    return this.result;
  }

  async #single(from: Buffer, to: Buffer, source: FileStat): Promise<void> {
    const target = await this.#resolved(to);
    const old = await found(this.#dest.stat(target));
    if (old?.type === "directory") throw this.#dest.error(to, "EISDIR");
    const folder = target.subarray(0, target.lastIndexOf(0x2f) + 1);
    const entries = this.#options.resume
      ? await this.#dest.list(folder.length === 0 ? Buffer.from(".") : folder).catch(() => [])
      : [];
    const name = target.subarray(folder.length);
    await this.#file({ from, to: target, name, source, old }, entries);
  }

  /** A link stays, and what it leads to is replaced. */
  async #resolved(path: Buffer): Promise<Buffer> {
    const there = await found(this.#dest.lstat(path));
    if (there?.type !== "symlink") return path;
    const target = await this.#dest.realpath(path).catch(() => undefined);
    if (target) return target;
    throw this.#dest.error(path, "ENOENT", "A symbolic link to what isn't there");
  }

  async #tree(from: Buffer, to: Buffer, source: FileStat): Promise<void> {
    const old = await found(this.#dest.stat(to));
    if (old && old.type !== "directory") throw this.#dest.error(to, "ENOTDIR");
    const real = this.#options.symlinks === "follow" ? [await this.#source.realpath(from)] : [];
    await this.#directory({ from, to, source, old, path: Buffer.alloc(0), real });
  }

  async #directory(job: DirectoryJob): Promise<void> {
    const { from, to, path, source, old } = job;
    const { dryRun, preserve } = this.#options;
    this.#check();
    const [entries, existing] = await this.#directories.run(() => {
      this.#check();
      return Promise.all([this.#source.list(from), this.#prepare(to, old)]);
    });
    if (old?.type !== "directory") this.result.directories += 1;
    const there = new Map(existing.map((entry) => [entry.name.toString("latin1"), entry]));
    const temporaries = existing.filter(({ name }) => isTemporary(name));
    const seen = new Set<string>();
    const work: Promise<void>[] = [];
    for (const entry of entries) {
      const below = joined(path, entry.name);
      const key = entry.name.toString("latin1");
      const isHostile = !isName(entry.name) || seen.has(key);
      seen.add(key);
      if (isHostile) {
        const error = this.#source.error(
          from,
          "EINVAL",
          "The server gave a name that can't be one",
        );
        this.#fail(below, error);
      } else if (!this.#excludes(below, entry.type === "directory")) {
        const task = this.#entry(entry, there.get(key), job, temporaries);
        work.push(task.catch((error: unknown) => this.#fail(below, error)));
      }
    }
    await Promise.all(work);
    this.#check();
    if (this.#options.delete) await this.#removeExtras(job, existing, seen);
    if (preserve && !dryRun) {
      await this.#dest.setAttributes(to, {
        mode: (source.mode ?? 0o777) & 0o777,
        atime: source.atime ?? 0,
        mtime: source.mtime ?? 0,
      });
    }
  }

  /** Sees to it that a directory is there; gives what is in it. */
  async #prepare(to: Buffer, old: FileStat | undefined): Promise<Entry[]> {
    const { dryRun } = this.#options;
    if (old?.type === "directory") return this.#dest.list(to);
    if (dryRun) return [];
    // A link may lead anywhere: it is never gone through.
    if (old?.type === "symlink") await this.#dest.remove(to);
    else if (old) throw this.#dest.error(to, "ENOTDIR");
    try {
      await this.#dest.mkdir(to);
      return [];
    } catch (error) {
      // Somebody else made it meanwhile.
      if (!isExisting(error) || (await this.#dest.lstat(to)).type !== "directory") throw error;
      return this.#dest.list(to);
    }
  }

  async #entry(
    entry: Entry,
    old: Entry | undefined,
    parent: DirectoryJob,
    temporaries: readonly Entry[],
  ): Promise<void> {
    const from = joined(parent.from, entry.name);
    const to = joined(parent.to, entry.name);
    const path = joined(parent.path, entry.name);
    const { symlinks } = this.#options;
    let source: FileStat = entry;
    let { real } = parent;
    if (source.type === "unknown") source = await this.#source.lstat(from);
    if (source.type === "symlink" && symlinks === "follow") {
      source = await this.#source.stat(from);
      if (source.type === "directory") real = [...real, await this.#unlooped(from, real)];
    } else if (source.type === "directory" && symlinks === "follow") {
      real = [...real, joined(real.at(-1) as Buffer, entry.name)];
    }
    switch (source.type) {
      case "directory":
        return this.#directory({ from, to, path, source, old, real });
      case "file":
        return this.#file({ from, to, name: entry.name, source, old }, temporaries);
      case "symlink":
        return this.#symlink(from, to, old);
      default:
        this.result.skipped += 1;
    }
  }

  /** Where a link to a directory leads; not to one that it lies in, as that would never end. */
  async #unlooped(from: Buffer, real: readonly Buffer[]): Promise<Buffer> {
    const target = await this.#source.realpath(from);
    if (real.some((each) => each.equals(target))) throw this.#source.error(from, "ELOOP");
    return target;
  }

  async #file({ from, to, name, source, old }: FileEntry, around: readonly Entry[]): Promise<void> {
    const { overwrite, preserve, resume, dryRun } = this.#options;
    if (old?.type === "directory") throw this.#dest.error(to, "EISDIR");
    const folder = to.subarray(0, to.length - name.length);
    const partials = around
      .filter((each) => resume && each.type === "file" && isTemporaryOf(each.name, name))
      .toSorted((a, b) => (b.size ?? 0) - (a.size ?? 0))
      .map((each) => Buffer.concat([folder, each.name]));
    if (old && (overwrite === "never" || (overwrite === "changed" && isSame(source, old)))) {
      this.result.skipped += 1;
      if (!dryRun) await Promise.all(partials.map((partial) => this.#dest.remove(partial)));
      return;
    }
    const size = source.size ?? 0;
    if (dryRun) {
      this.result.files += 1;
      this.result.bytes += size;
      return;
    }
    // Without the times, the next time it would be taken for changed.
    const times = preserve || overwrite === "changed";
    this.#progress.found(size);
    try {
      const bytes = await this.#files.run(() => {
        this.#check();
        const job = { from, to, source, old, partials, times, mode: preserve };
        return this.#copy(job, (moved) => this.#progress.moved(moved));
      });
      this.result.files += 1;
      this.result.bytes += bytes;
    } finally {
      this.#progress.finished();
    }
  }

  async #symlink(from: Buffer, to: Buffer, old: Entry | undefined): Promise<void> {
    const { symlinks, overwrite, dryRun } = this.#options;
    if (symlinks === "skip" || (old && overwrite === "never")) {
      this.result.skipped += 1;
      return;
    }
    if (old?.type === "directory") throw this.#dest.error(to, "EISDIR");
    const made = await this.#files.run(async () => {
      this.#check();
      const target = await this.#source.readlink(from);
      if (old?.type === "symlink" && (await this.#dest.readlink(to)).equals(target)) return false;
      if (!dryRun) await this.#dest.symlink(target, to);
      return true;
    });
    if (made) this.result.symlinks += 1;
    else this.result.skipped += 1;
  }

  /** @param seen the source's names, as latin1 */
  async #removeExtras(
    { to, path }: DirectoryJob,
    existing: readonly Entry[],
    seen: ReadonlySet<string>,
  ): Promise<void> {
    if (this.#options.dryRun) return;
    const extras = existing.filter(
      ({ name, type }) =>
        !seen.has(name.toString("latin1")) &&
        // What is left of an earlier attempt goes with its file.
        !(
          isTemporary(name) &&
          [...seen].some((of) => isTemporaryOf(name, Buffer.from(of, "latin1")))
        ) &&
        !this.#excludes(joined(path, name), type === "directory"),
    );
    await Promise.all(
      extras.map(({ name }) =>
        this.#files
          .run(() => this.#dest.remove(joined(to, name)))
          .catch((error: unknown) => this.#fail(joined(path, name), error)),
      ),
    );
  }

  #check(): void {
    if (this.#fatal !== undefined) throw this.#fatal;
    this.#call.check();
  }

  #fail(path: Buffer, error: unknown): void {
    if (!(error instanceof Failure) || !isOfOneFile(error)) {
      this.#fatal ??= error;
      return;
    }
    this.#failed += 1;
    if (this.#failures.length >= mostFailures) return;
    this.#failures.push({
      path: path.toString("utf8"),
      kind: error.kind,
      message: error.message,
    });
  }

  #incomplete(): Failure {
    const first = this.#failures[0] as { message: string };
    const more = this.#failed > 1 ? `, and ${this.#failed - 1} more` : "";
    const message = `not transferred: ${first.message}${more}`;
    return new Failure("TransferIncomplete", message, {
      ...this.result,
      failures: this.#failures,
      failed: this.#failed,
    });
  }
}

interface DirectoryJob {
  readonly from: Buffer;
  readonly to: Buffer;
  /** Below the source. */
  readonly path: Buffer;
  readonly source: FileStat;
  readonly old: FileStat | undefined;
  /** Where links are followed: its real path, and those that it lies in. */
  readonly real: readonly Buffer[];
}

interface FileEntry {
  readonly from: Buffer;
  readonly to: Buffer;
  /** The last part of `to`. */
  readonly name: Buffer;
  readonly source: FileStat;
  readonly old: FileStat | undefined;
}

/** SFTP knows whole seconds only. */
function isSame(source: FileStat, old: FileStat): boolean {
  const seconds = ({ mtime }: FileStat) => Math.floor(mtime ?? -1);
  return old.type === "file" && source.size === old.size && seconds(source) === seconds(old);
}

/** Whether the others may well go on. */
function isOfOneFile(error: Failure): boolean {
  return ofOneFile.has(error.kind) && !hasCode(error, "EPIPE", "EPROTO");
}

/** Whether it can be a name in a directory: what isn't would lead out of it. */
function isName(name: Buffer): boolean {
  const text = name.toString("latin1");
  return text !== "" && text !== "." && text !== ".." && !/[/\0]/.test(text);
}

function isExisting(error: unknown): boolean {
  return error instanceof Failure && error.data["code"] === "EEXIST";
}

/** What there is, or undefined where nothing is. */
async function found(stat: Promise<FileStat>): Promise<FileStat | undefined> {
  try {
    return await stat;
  } catch (error) {
    const isMissing = error instanceof Failure && error.data["code"] === "ENOENT";
    if (isMissing) return undefined;
    throw error;
  }
}
