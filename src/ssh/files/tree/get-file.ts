import { Failure } from "../../../protocol/errors.ts";
import type { Call } from "../../support/call.ts";
import type { FileThread } from "../local/file-thread.ts";
import { leastHole, LocalTemporary } from "../local/temporary.ts";
import { remoteFileError } from "../support/remote-error.ts";
import type { FileStat, RemoteFile, RemoteFiles } from "../support/remote-files.ts";
import { smallSize } from "./file-job.ts";
import type { CopyFile, FileJob } from "./file-job.ts";
import { temporaryBeside } from "../support/temporary-name.ts";
import { isZero } from "../support/zeros.ts";
import { local } from "./local-side.ts";
import { sameBeginning } from "./verify.ts";

export interface GetOptions {
  readonly resume: boolean;
  readonly umask: number;
  readonly thread: FileThread;
}

/** Receives one file: two round trips where it is small. */
export function getFile(files: RemoteFiles, options: GetOptions, call: Call): CopyFile {
  const long = getLong(files, options, call);
  return async (job, moved) => {
    if (isForThread(job, options)) {
      const size = await getSmall(files, options, job, moved, call);
      if (size !== undefined) return size;
    }
    return job.handles.run(() => long(job, moved));
  };
}

/** New files with a few bytes, in a tree. */
function isForThread({ source, old, partials }: FileJob, { thread }: GetOptions): boolean {
  const size = source.size ?? 0;
  // Files of the kernel's have no size, and are read to their end.
  const isSmall = size > 0 && size <= smallSize;
  return thread.isStarted && isSmall && old?.type !== "file" && partials.length === 0;
}

/** @returns its size; undefined where it can't be had so, or isn't any more what was listed */
async function getSmall(
  files: RemoteFiles,
  { thread, umask }: GetOptions,
  { from, to, source, times, mode, handles }: FileJob,
  moved: (bytes: number) => void,
  call: Call,
): Promise<number | undefined> {
  const size = source.size ?? 0;
  const { reading } = await handles.run(async () => {
    call.check();
    const file = await files.open(from, "r", undefined, call);
    return { reading: file.readAndClose(size, call) };
  });
  const found = await reading.catch(unlessItsOwn);
  if (!found) return undefined;
  const { pieces, stat } = found;
  const data = Buffer.concat(pieces);
  const isSame = stat.size === size && stat.mtime === source.mtime;
  if (data.length !== size || !isSame) return undefined;
  call.check();
  moved(size);
  const sourceMode = (source.mode ?? 0o666) & 0o777;
  const writing = thread.run("write", {
    temporary: temporaryBeside(to).toString("latin1"),
    target: to.toString("latin1"),
    data: data.toString("latin1"),
    isHole: size >= leastHole && isZero(data),
    mode: mode ? sourceMode : sourceMode & ~umask,
    times: times ? { atime: source.atime ?? 0, mtime: source.mtime ?? 0 } : undefined,
  });
  await local(to, writing);
  return size;
}

/**
 * A server that does requests side by side may have closed the file before it read it: what is wrong
 * with a file is found out where it is read by itself.
 */
function unlessItsOwn(error: unknown): undefined {
  if (!(error instanceof Failure) || error.kind !== "RemoteFileError") throw error;
}

/** Receives one file of any size, or the rest of it. */
function getLong(files: RemoteFiles, options: GetOptions, call: Call): CopyFile {
  const { resume, umask } = options;
  return async (job, moved) => {
    const opening = files.open(job.from, "r", undefined, call);
    opening.catch(() => {});
    let temporary: LocalTemporary | undefined;
    let file: RemoteFile | undefined;
    try {
      const begun = await begin(files, job, call);
      ({ temporary } = begun);
      file = await opening;
      moved(begun.size);
      const bytes = await receive(file, temporary, job, begun.size, moved, call);
      const { source, old, to: target } = job;
      await temporary.commit({
        target,
        old,
        umask,
        mode: (source.mode ?? 0o666) & 0o777,
        setMode: job.mode,
        times: job.times ? { atime: source.atime ?? 0, mtime: source.mtime ?? 0 } : undefined,
      });
      return bytes;
    } catch (error) {
      await temporary?.abandon(resume && !isChanged(error));
      throw error;
    } finally {
      // The answer doesn't matter.
      if (file) file.abandon();
      else opening.then((late) => late.abandon()).catch(() => {});
    }
  };
}

/** Makes the temporary file, or takes one up: as much of it as is verified. */
async function begin(files: RemoteFiles, { from, to, source, partials }: FileJob, call: Call) {
  const [first, ...others] = partials;
  for (const other of others) await (await LocalTemporary.reopen(other)).abandon(false);
  if (!first) return { temporary: await LocalTemporary.create(to), size: 0 };
  const temporary = await LocalTemporary.reopen(first);
  try {
    const { size: has } = await temporary.handle.stat();
    const most = Math.min(has, source.size ?? 0);
    const size = await sameBeginning(files, from, temporary.handle, most, call);
    await temporary.startAt(size);
    return { temporary, size };
  } catch (error) {
    await temporary.abandon(true);
    throw error;
  }
}

/** @returns the file's size */
async function receive(
  file: RemoteFile,
  temporary: LocalTemporary,
  { from, source }: FileJob,
  start: number,
  moved: (bytes: number) => void,
  call: Call,
): Promise<number> {
  const size = source.size ?? 0;
  let at = start;
  const take = (bytes: Uint8Array) => {
    at += bytes.length;
    moved(bytes.length);
    return temporary.write(bytes);
  };
  // The kernel's files (/proc) report size 0, and are read to their end.
  const length = size === 0 ? Infinity : size - start;
  if (length <= smallSize) {
    const asked = [file.read(start, length, take, call), file.stat(call)] as const;
    for (const each of asked) each.catch(() => {});
    const [, found] = await Promise.all(asked);
    // As when it was listed: it hasn't changed meanwhile.
    if (at === size && found.size === size && found.mtime === source.mtime) return at;
    await temporary.startAt(start);
    moved(start - at);
    at = start;
  }
  const asked = [file.stat(call), file.read(start, length, take, call)] as const;
  for (const each of asked) each.catch(() => {});
  const [before] = await Promise.all(asked);
  const after = await file.stat(call);
  if (at !== (before.size ?? at) && before.size !== 0) throw changed(from);
  if (!isUnchanged(before, after)) throw changed(from);
  return at;
}

function isUnchanged(before: FileStat, after: FileStat): boolean {
  return before.size === 0 || (before.size === after.size && before.mtime === after.mtime);
}

const changed = (path: Buffer) =>
  remoteFileError(path, "CHANGED", { found: "The file changed while it was transferred" });

export const isChanged = (error: unknown) =>
  error instanceof Failure && error.data["code"] === "CHANGED";
