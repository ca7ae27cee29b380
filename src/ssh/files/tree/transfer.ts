import { Failure } from "../../../protocol/errors.ts";
import type { Call } from "../../support/call.ts";
import { Breath } from "../support/breath.ts";
import { longestPath } from "../support/entry-room.ts";
import { joined } from "../support/joined.ts";
import type { Entry, FileStat } from "../support/remote-files.ts";
import { Ahead } from "./ahead.ts";
import { excludes } from "./exclude.ts";
import type { Excludes } from "./exclude.ts";
import { Failures } from "./failures.ts";
import type { CopyFile } from "./file-job.ts";
import { Items } from "./items.ts";
import type { TransferJob } from "./items.ts";
import { extrasOf, isName, keyOf, temporariesOf } from "./names.ts";
import type { Temporaries } from "./names.ts";
import type { TreeOptions, TreeProgress, TreeResult } from "./options.ts";
import { Pool } from "./pool.ts";
import type { Side } from "./side.ts";

/** Files that may wait before further ones are begun, and entries of one directory: each takes memory. */
const mostWaiting = 10_000;

/** Files under way at once: each may hold as much as a small one has. */
const mostUnderWay = 1024;

/** Copies a file or a tree from one side to the other. */
export class Transfer {
  readonly #job: TransferJob;
  readonly #source: Side;
  readonly #dest: Side;
  readonly #options: TreeOptions;
  readonly #failures = new Failures();
  readonly #excludes: Excludes;
  #items!: Items;
  #files!: Pool;
  /** A place for each directory that is listed. */
  readonly #listings = new Map<Side, Pool>();

  constructor(
    sides: { source: Side; dest: Side; copy: CopyFile },
    options: TreeOptions,
    progress: TreeProgress,
    call: Call,
  ) {
    const result = { files: 0, directories: 0, symlinks: 0, bytes: 0, skipped: 0 };
    this.#job = { ...sides, options, progress, result, failures: this.#failures, call };
    this.#source = sides.source;
    this.#dest = sides.dest;
    this.#options = options;
    this.#excludes = excludes(options.exclude);
  }

  /**
   * @param to the name of the result itself
   * @throws {Failure} TransferIncomplete where some of it failed; the file's own where it was one
   */
  async run(from: Buffer, to: Buffer): Promise<TreeResult> {
    const [side, path] = this.#source.isRemote ? [this.#source, from] : [this.#dest, to];
    const ahead = this.#options.recursive ? new Ahead(side, path) : undefined;
    try {
      await this.#run(from, to, ahead);
    } finally {
      ahead?.end();
    }
    this.#failures.check(this.#job.result);
    return this.#job.result;
  }

  async #run(from: Buffer, to: Buffer, ahead: Ahead | undefined): Promise<void> {
    const [source, ...widths] = await Promise.all([
      this.#source.stat(from),
      this.#source.width(),
      this.#dest.width(),
    ]);
    this.#files = new Pool(mostUnderWay);
    const handles = new Pool(Math.min(...widths.map(({ files }) => files)));
    this.#items = new Items(this.#job, this.#files, handles);
    // Deepest first: what lies beside it would be kept meanwhile.
    this.#listings.set(this.#source, new Pool(widths[0].directories, "latest"));
    this.#listings.set(this.#dest, new Pool(widths[1].directories, "latest"));
    if (source.type === "directory") {
      if (!ahead) {
        throw this.#source.error(from, "EISDIR", "Is a directory, and recursive is false");
      }
      await this.#tree(from, to, source, ahead);
    } else if (source.type === "file") await this.#single(from, to, source);
    else throw this.#source.error(from, "EINVAL", "Not a regular file");
  }

  async #single(from: Buffer, to: Buffer, source: FileStat): Promise<void> {
    const [target, old] = await Promise.all([this.#resolved(to), found(this.#dest.stat(to))]);
    if (old?.type === "directory") throw this.#dest.error(to, "EISDIR");
    const folder = target.subarray(0, target.lastIndexOf(0x2f) + 1);
    const entries = this.#options.resume
      ? await this.#dest.list(folder.length === 0 ? Buffer.from(".") : folder).catch(() => [])
      : [];
    const name = target.subarray(folder.length);
    const left = await temporariesOf(entries);
    this.#dest.forget?.(entries);
    await this.#items.file({ from, to: target, name, source, old }, left);
  }

  /** A link stays, and what it leads to is replaced. */
  async #resolved(path: Buffer): Promise<Buffer> {
    const there = await found(this.#dest.lstat(path));
    if (there?.type !== "symlink") return path;
    const target = await this.#dest.realpath(path).catch(() => undefined);
    if (target) return target;
    throw this.#dest.error(path, "ENOENT", "A symbolic link to what isn't there");
  }

  async #tree(from: Buffer, to: Buffer, source: FileStat, ahead: Ahead): Promise<void> {
    const old = await found(this.#dest.stat(to));
    if (old && old.type !== "directory") throw this.#dest.error(to, "ENOTDIR");
    const real = this.#options.symlinks === "follow" ? [await this.#source.realpath(from)] : [];
    await this.#directory({ from, to, source, old, path: Buffer.alloc(0), real, ahead });
  }

  async #directory(job: DirectoryJob): Promise<void> {
    const { from, to, source, old } = job;
    const { dryRun, preserve } = this.#options;
    this.#check();
    if (from.length > longestPath) throw this.#source.error(from, "ENAMETOOLONG");
    const [entries, existing] = await this.#listed(job);
    if (old?.type !== "directory") this.#job.result.directories += 1;
    try {
      await this.#entries(job, entries, existing);
    } finally {
      this.#source.forget?.(entries);
      this.#dest.forget?.(existing);
    }
    if (preserve && !dryRun) {
      await this.#dest.setAttributes(to, {
        mode: (source.mode ?? 0o777) & 0o777,
        atime: source.atime ?? 0,
        mtime: source.mtime ?? 0,
      });
    }
  }

  /** What a directory has on both sides. The daemon's own isn't kept while the server is waited for. */
  async #listed(job: DirectoryJob): Promise<[Entry[], Entry[]]> {
    const listSource = () =>
      this.#inTurn(
        this.#source,
        async () => job.ahead?.take(this.#source) ?? this.#source.list(job.from),
      );
    const listDest = () => this.#inTurn(this.#dest, () => this.#prepare(job));
    if (this.#source.isRemote) {
      const entries = await listSource();
      return [entries, await this.#orForget(listDest(), this.#source, entries)];
    }
    const existing = await listDest();
    return [await this.#orForget(listSource(), this.#dest, existing), existing];
  }

  /** Lists a directory of a side when it has room for it, and not too many files wait. */
  #inTurn(side: Side, list: () => Promise<Entry[]>): Promise<Entry[]> {
    return (this.#listings.get(side) as Pool).run(async () => {
      await this.#files.calm(mostWaiting);
      this.#check();
      return list();
    });
  }

  /** Where the one side's listing fails, nobody takes the other's. */
  async #orForget(listing: Promise<Entry[]>, side: Side, others: Entry[]): Promise<Entry[]> {
    try {
      return await listing;
    } catch (error) {
      side.forget?.(others);
      throw error;
    }
  }

  async #entries(
    job: DirectoryJob,
    entries: readonly Entry[],
    existing: readonly Entry[],
  ): Promise<void> {
    const { from, path } = job;
    const breath = new Breath();
    const there = new Map<string, Entry>();
    for (const entry of existing) {
      there.set(keyOf(entry.name), entry);
      await breath.step();
    }
    const temporaries = await temporariesOf(this.#options.resume ? existing : []);
    const seen = new Set<string>();
    const pending = entries.values();
    const work = async () => {
      for (const entry of pending) {
        const below = joined(path, entry.name);
        const key = keyOf(entry.name);
        const isHostile = !isName(entry.name) || seen.has(key);
        seen.add(key);
        if (isHostile) {
          const words = "The server gave a name that can't be one";
          this.#failures.add(below, this.#source.error(from, "EINVAL", words));
        } else if (!this.#excludes(below, entry.type === "directory")) {
          const task = this.#entry(entry, there.get(key), job, temporaries);
          await task.catch((error: unknown) => this.#failures.add(below, error));
        }
        await breath.step();
      }
    };
    await Promise.all(Array.from({ length: Math.min(entries.length, mostWaiting) }, work));
    this.#check();
    if (this.#options.delete) await this.#removeExtras(job, existing, seen);
  }

  /** Sees to it that a directory is there; gives what is in it. */
  async #prepare({ to, old, ahead }: DirectoryJob): Promise<Entry[]> {
    const { dryRun } = this.#options;
    if (old?.type === "directory") return ahead?.take(this.#dest) ?? this.#dest.list(to);
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
    temporaries: Temporaries,
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
        return this.#items.file({ from, to, name: entry.name, source, old }, temporaries);
      case "symlink":
        return this.#items.symlink(from, to, old);
      default:
        this.#job.result.skipped += 1;
    }
  }

  /** Where a link to a directory leads; not to one that it lies in, as that would never end. */
  async #unlooped(from: Buffer, real: readonly Buffer[]): Promise<Buffer> {
    const target = await this.#source.realpath(from);
    if (real.some((each) => each.equals(target))) throw this.#source.error(from, "ELOOP");
    return target;
  }

  async #removeExtras(
    { to, path }: DirectoryJob,
    existing: readonly Entry[],
    names: ReadonlySet<string>,
  ): Promise<void> {
    if (this.#options.dryRun) return;
    const extras = (await extrasOf(existing, names)).filter(
      ({ name, type }) => !this.#excludes(joined(path, name), type === "directory"),
    );
    await Promise.all(
      extras.map(({ name }) =>
        this.#items
          .remove(joined(to, name))
          .catch((error: unknown) => this.#failures.add(joined(path, name), error)),
      ),
    );
  }

  #check(): void {
    this.#failures.checkFatal();
    this.#job.call.check();
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
  /** Of the first one. */
  readonly ahead?: Ahead;
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
