import type { Call } from "../../support/call.ts";
import { Gate } from "../support/gate.ts";
import type { Entry, FileStat } from "../support/remote-files.ts";
import { temporaryStart } from "../support/temporary-name.ts";
import type { Failures } from "./failures.ts";
import { smallSize } from "./file-job.ts";
import type { CopyFile } from "./file-job.ts";
import type { TreeOptions, TreeProgress, TreeResult } from "./options.ts";
import type { Temporaries } from "./names.ts";
import type { Pool } from "./pool.ts";
import type { Side } from "./side.ts";

/** Bytes of a file that may be in memory at once: what comes may wait for a slow disk. */
const mostOfOne = 20 * 1024 * 1024;

/** The same of all files; of those that are small there are not so many that it matters. */
const mostOfAll = 64 * 1024 * 1024;

/** A transfer that is under way. */
export interface TransferJob {
  readonly source: Side;
  readonly dest: Side;
  readonly copy: CopyFile;
  readonly options: TreeOptions;
  readonly progress: TreeProgress;
  /** What has been done so far. */
  readonly result: TreeResult;
  readonly failures: Failures;
  readonly call: Call;
}

/** A file that is to get from one side to the other. */
export interface FileEntry {
  readonly from: Buffer;
  readonly to: Buffer;
  /** The last part of `to`. */
  readonly name: Buffer;
  readonly source: FileStat;
  /** What is at `to` now. */
  readonly old: FileStat | undefined;
}

/** Decides what is to become of each file and each link, and sees to it. */
export class Items {
  readonly #job: TransferJob;
  readonly #pool: Pool;
  readonly #handles: Pool;
  readonly #memory = new Gate(Infinity, mostOfAll);

  /** @param handles of the server's */
  constructor(job: TransferJob, pool: Pool, handles: Pool) {
    this.#job = job;
    this.#pool = pool;
    this.#handles = handles;
  }

  /** @param left what earlier attempts have left beside it at the destination */
  async file({ from, to, name, source, old }: FileEntry, left: Temporaries): Promise<void> {
    const { dest, options, progress, result } = this.#job;
    const { overwrite, preserve, resume, dryRun } = options;
    if (old?.type === "directory") throw dest.error(to, "EISDIR");
    const folder = to.subarray(0, to.length - name.length);
    const own = resume && left.size > 0 ? (left.get(temporaryStart(name)) ?? []) : [];
    const partials = own
      .toSorted((a, b) => (b.size ?? 0) - (a.size ?? 0))
      .map((each) => Buffer.concat([folder, each.name]));
    if (old && (overwrite === "never" || (overwrite === "changed" && isSame(source, old)))) {
      result.skipped += 1;
      if (!dryRun) await Promise.all(partials.map((partial) => dest.remove(partial)));
      return;
    }
    checkReplaceable(dest, to, old);
    const size = source.size ?? 0;
    if (dryRun) {
      result.files += 1;
      result.bytes += size;
      return;
    }
    // Without its times, the file would count as changed the next time.
    const times = preserve || overwrite === "changed";
    progress.found(size);
    try {
      const bytes = await this.#inMemory(size, () =>
        this.#run(() => {
          const handles = this.#handles;
          const job = { from, to, source, old, partials, times, mode: preserve, handles };
          return this.#job.copy(job, (moved) => progress.moved(moved));
        }),
      );
      result.files += 1;
      result.bytes += bytes;
    } finally {
      progress.finished();
    }
  }

  async symlink(from: Buffer, to: Buffer, old: Entry | undefined): Promise<void> {
    const { source, dest, options, result } = this.#job;
    const { symlinks, overwrite, dryRun } = options;
    if (symlinks === "skip" || (old && overwrite === "never")) {
      result.skipped += 1;
      return;
    }
    if (old?.type === "directory") throw dest.error(to, "EISDIR");
    checkReplaceable(dest, to, old);
    const made = await this.#run(async () => {
      const target = await source.readlink(from);
      if (old?.type === "symlink" && (await dest.readlink(to)).equals(target)) return false;
      if (!dryRun) await dest.symlink(target, to);
      return true;
    });
    if (made) result.symlinks += 1;
    else result.skipped += 1;
  }

  /** Removes a path that the source doesn't have. */
  remove(path: Buffer): Promise<void> {
    // A directory is open while it is listed.
    return this.#run(() => this.#handles.run(() => this.#job.dest.remove(path)));
  }

  /** Moves so many bytes when there is memory for them. */
  async #inMemory<T>(bytes: number, move: () => Promise<T>): Promise<T> {
    if (bytes <= smallSize) return move();
    const cost = Math.min(bytes, mostOfOne);
    await new Promise<void>((enter) => this.#memory.enter(cost, enter));
    try {
      return await move();
    } finally {
      this.#memory.leave(cost);
    }
  }

  /** Runs a task when there is room, unless the whole transfer has ended by then. */
  #run<T>(task: () => Promise<T>): Promise<T> {
    return this.#pool.run(() => {
      const { failures, call } = this.#job;
      failures.checkFatal();
      call.check();
      return task();
    });
  }
}

/** Whether size and time are equal; the time in whole seconds, as SFTP has no others. */
function isSame(source: FileStat, old: FileStat): boolean {
  const seconds = ({ mtime }: FileStat) => Math.floor(mtime ?? -1);
  return old.type === "file" && source.size === old.size && seconds(source) === seconds(old);
}

/** A device, a FIFO or a socket stays: as /dev/null say, others count on it. */
function checkReplaceable(dest: Side, to: Buffer, old: FileStat | undefined): void {
  switch (old?.type) {
    case "block":
    case "character":
    case "fifo":
    case "socket":
      throw dest.error(to, "EEXIST", "A device, FIFO or socket is there, and isn't replaced");
    default:
  }
}
