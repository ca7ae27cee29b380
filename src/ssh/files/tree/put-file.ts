import { constants } from "node:fs";
import type { Stats } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { Call } from "../../support/call.ts";
import { keepPermissions } from "../support/keep-permissions.ts";
import { localFailure } from "../local/error.ts";
import type { FileThread } from "../local/file-thread.ts";
import type { SmallFile } from "../local/file-thread-shared.ts";
import { restatedPath } from "../support/remote-error.ts";
import type { ByteSource, FileStat, RemoteFile, RemoteFiles } from "../support/remote-files.ts";
import { temporaryBeside } from "../support/temporary-name.ts";
import { isChanged } from "./get-file.ts";
import { local } from "./local-side.ts";
import { FurtherLanes, spread } from "./spread.ts";
import type { Lanes } from "./spread.ts";
import { smallSize } from "./file-job.ts";
import type { CopyFile, FileJob } from "./file-job.ts";
import { sameBeginning } from "./verify.ts";

/** While a large file is sent it stays writable: others of its channels open it by its path. */
const ownerWrites = 0o200;

const modeOf = ({ mode }: FileStat) => (mode ?? 0o666) & 0o777;

export interface PutOptions {
  readonly resume: boolean;
  readonly lanes: Lanes | undefined;
  readonly thread: FileThread;
}

/** Sends one file: three round trips where it is small. */
export function putFile(
  files: RemoteFiles,
  { resume, lanes, thread }: PutOptions,
  call: Call,
): CopyFile {
  return async (job, moved) => {
    const { to, handles } = job;
    // Before it has a place among the files that are open: it takes none here.
    const small = await readSmall(thread, job);
    const leave = await handles.enter();
    let source: LocalBytes | undefined;
    let begun: Begun | undefined;
    let further: FurtherLanes | undefined;
    try {
      call.check();
      source = small ?? (await OpenFile.open(job.from));
      // Opened while the file is; what there is of one already takes a while to be looked at.
      if (job.partials.length === 0) further = new FurtherLanes(lanes, source.size);
      begun = await begin(files, job, source, call);
      moved(begun.size);
      further ??= new FurtherLanes(lanes, source.size - begun.size);
      await send(begun, source, { ...job, further, leave }, moved, call);
      await files.rename(begun.path, to, true, call);
      return source.size;
    } catch (error) {
      begun?.file.abandon();
      if (begun && (!resume || isChanged(error))) files.discard(begun.path);
      throw begun ? restatedPath(error, begun.path, to) : error;
    } finally {
      leave();
      further?.close();
      await source?.close();
    }
  };
}

/** A file of a tree with few bytes, in one go. */
async function readSmall(thread: FileThread, job: FileJob): Promise<WholeFile | undefined> {
  const { from, source, partials } = job;
  const isSmall = (source.size ?? 0) <= smallSize && partials.length === 0;
  if (!thread.isStarted || !isSmall) return undefined;
  const file = { path: from.toString("latin1"), most: smallSize };
  const found = await local(from, thread.run("read", file));
  return found && new WholeFile(from, found);
}

interface Begun {
  readonly file: RemoteFile;
  readonly path: Buffer;
  /** Bytes that are there already. */
  readonly size: number;
}

/** Makes the temporary file, or takes one up: as much of it as is verified. */
async function begin(
  files: RemoteFiles,
  { to, source, old, partials, mode }: FileJob,
  bytes: LocalBytes,
  call: Call,
): Promise<Begun> {
  const [first, ...others] = partials;
  for (const other of others) files.discard(other);
  if (!first) {
    const path = temporaryBeside(to);
    const isNew = old?.type !== "file" && !mode;
    const isLarge = bytes.size > smallSize;
    const permissions = isNew ? modeOf(source) | (isLarge ? ownerWrites : 0) : 0o600;
    try {
      return { file: await files.open(path, "wx", permissions, call), path, size: 0 };
    } catch (error) {
      // It may yet be made for a call that has ended.
      if (call.hasEnded) files.discard(path);
      throw restatedPath(error, path, to);
    }
  }
  const has = (await files.lstat(first, call)).size ?? 0;
  const size = await bytes.sameBeginning(files, first, has, call);
  const file = await files.open(first, "r+", undefined, call);
  try {
    await file.truncate(size, call);
    return { file, path: first, size };
  } catch (error) {
    file.abandon();
    throw error;
  }
}

async function send(
  { file, path, size: start }: Begun,
  bytes: LocalBytes,
  job: FileJob & { readonly further: FurtherLanes; readonly leave: () => void },
  moved: (bytes: number) => void,
  call: Call,
): Promise<void> {
  const { old, source } = job;
  const isSmall = bytes.size - start <= smallSize;
  const room = isSmall ? await bytes.all(start) : undefined;
  // All that is asked from here on is carried out in this order.
  const asked: Promise<unknown>[] = [];
  const kept = old?.type === "file" ? old : undefined;
  const isKeptLast = kept && !isSmall && (modeOf(kept) & ownerWrites) === 0;
  if (kept && !isKeptLast) asked.push(keepPermissions(file, kept, call));
  if (room) asked.push(file.write(start, room, call).then(() => moved(room.length)));
  else {
    const range = { from: start, end: bytes.size };
    asked.push(spread(file, path, bytes, range, moved, job.further, call));
  }
  for (const each of asked) each.catch(() => {});
  // What follows may go along with a small file. It is not to overtake a large one, which several
  // channels may send, nor the permissions.
  if (!isSmall || kept) await Promise.all(asked);
  if (isKeptLast) await keepPermissions(file, kept, call);
  if (job.mode) asked.push(file.chmod(modeOf(source), call));
  else if (!kept && !isSmall && (modeOf(source) & ownerWrites) === 0) {
    // The server's umask has its say in the mode of a new file.
    asked.push(file.chmod(modeOf(await file.stat(call)) & ~ownerWrites, call));
  }
  if (bytes.isSparse) asked.push(file.truncate(bytes.size, call));
  if (job.times) asked.push(file.setTimes(bytes.atime, bytes.mtime, call));
  asked.push(file.close(call));
  for (const each of asked) each.catch(() => {});
  // What is opened from here on comes behind that.
  job.leave();
  await Promise.all(asked);
  await bytes.check();
}

/** A local file as what is written elsewhere. */
interface LocalBytes extends ByteSource {
  readonly size: number;
  /** Seconds since 1970. */
  readonly atime: number;
  readonly mtime: number;
  /** What there is from `start` on. */
  all(start: number): Promise<Buffer>;
  /** How many bytes at the beginning `remote` has alike, which has so many at all. */
  sameBeginning(files: RemoteFiles, remote: Buffer, has: number, call: Call): Promise<number>;
  /** @throws {Failure} LocalFileError where it has been written to meanwhile */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** One that was read at once. */
class WholeFile implements LocalBytes {
  readonly isSparse = false;
  readonly size: number;
  readonly atime: number;
  readonly mtime: number;
  readonly #data: Buffer;

  /** @throws {Failure} LocalFileError where it was written to meanwhile */
  constructor(path: Buffer, found: SmallFile) {
    const { data, size, atimeMs, mtimeMs } = found;
    if (found.changed) throw changed(path);
    this.#data = Buffer.from(data, "latin1");
    this.size = size;
    this.atime = atimeMs / 1000;
    this.mtime = mtimeMs / 1000;
  }

  async all(start: number): Promise<Buffer> {
    return this.#data.subarray(start);
  }

  async fill(room: Buffer, offset: number): Promise<number> {
    return this.#data.copy(room, 0, offset);
  }

  async sameBeginning(): Promise<number> {
    return 0;
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {}
}

/** One that is read as it is sent. */
class OpenFile implements LocalBytes {
  readonly isSparse: boolean;
  readonly #handle: FileHandle;
  readonly #path: Buffer;
  readonly #found: Stats;

  private constructor(path: Buffer, handle: FileHandle, found: Stats) {
    this.#handle = handle;
    this.#path = path;
    this.#found = found;
    this.isSparse = found.blocks * 512 < found.size;
  }

  /** @throws {Failure} LocalFileError */
  static async open(path: Buffer): Promise<OpenFile> {
    const handle = await local(path, open(path, constants.O_RDONLY | constants.O_NONBLOCK));
    try {
      const found = await local(path, handle.stat());
      if (found.isFile()) return new OpenFile(path, handle, found);
      throw localFailure({ errno: "EINVAL", path: String(path) }, "Not a regular file");
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get size(): number {
    return this.#found.size;
  }

  get atime(): number {
    return this.#found.atimeMs / 1000;
  }

  get mtime(): number {
    return this.#found.mtimeMs / 1000;
  }

  async fill(room: Buffer, offset: number): Promise<number> {
    const reading = this.#handle.read(room, 0, room.length, offset);
    const { bytesRead } = await local(this.#path, reading);
    if (bytesRead === 0) throw changed(this.#path);
    return bytesRead;
  }

  async all(start: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(this.size - start);
    for (let at = 0; at < bytes.length;) {
      at += await this.fill(bytes.subarray(at), start + at);
    }
    return bytes;
  }

  sameBeginning(files: RemoteFiles, remote: Buffer, has: number, call: Call): Promise<number> {
    return sameBeginning(files, remote, this.#handle, Math.min(has, this.size), call);
  }

  async check(): Promise<void> {
    const now = await local(this.#path, this.#handle.stat());
    const isSame = now.size === this.size && now.mtimeMs === this.#found.mtimeMs;
    if (!isSame) throw changed(this.#path);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

function changed(path: Buffer): Error {
  return localFailure(
    { errno: "EIO", code: "CHANGED", path: path.toString("utf8") },
    "The file changed while it was transferred",
  );
}
