import { constants } from "node:fs";
import type { Stats } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { Call } from "../../support/call.ts";
import { keepPermissions } from "../support/keep-permissions.ts";
import { localFailure } from "../local/error.ts";
import { restatedPath } from "../support/remote-error.ts";
import type { ByteSource, FileStat, RemoteFile, RemoteFiles } from "../support/remote-files.ts";
import { temporaryBeside } from "../support/temporary-name.ts";
import { isChanged } from "./get-file.ts";
import { local } from "./local-side.ts";
import { FurtherLanes, spread } from "./spread.ts";
import type { Lanes } from "./spread.ts";
import type { CopyFile, FileJob } from "./file-job.ts";
import { sameBeginning } from "./verify.ts";

/** With as many bytes, all that a file takes is sent at once. */
const smallSize = 32 * 1024;

/** While a large file is sent it stays writable: others of its channels open it by its path. */
const ownerWrites = 0o200;

const modeOf = ({ mode }: FileStat) => (mode ?? 0o666) & 0o777;

/** Sends one file: three round trips where it is small. */
export function putFile(
  files: RemoteFiles,
  { resume, lanes }: { resume: boolean; lanes: Lanes | undefined },
  call: Call,
): CopyFile {
  return async (job, moved) => {
    const { from, to } = job;
    const handle = await local(from, open(from, constants.O_RDONLY | constants.O_NONBLOCK));
    let begun: Begun | undefined;
    let further: FurtherLanes | undefined;
    try {
      const found = await local(from, handle.stat());
      if (!found.isFile())
        throw localFailure({ errno: "EINVAL", path: String(from) }, "Not a regular file");
      // Opened while the file is; what there is of one already takes a while to be looked at.
      if (job.partials.length === 0) further = new FurtherLanes(lanes, found.size);
      begun = await begin(files, job, handle, found, call);
      moved(begun.size);
      further ??= new FurtherLanes(lanes, found.size - begun.size);
      await send(begun, handle, found, { ...job, further }, moved, call);
      await files.rename(begun.path, to, true, call);
      return found.size;
    } catch (error) {
      begun?.file.abandon();
      if (begun && (!resume || isChanged(error))) files.discard(begun.path);
      throw begun ? restatedPath(error, begun.path, to) : error;
    } finally {
      further?.close();
      await handle.close();
    }
  };
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
  handle: FileHandle,
  found: Stats,
  call: Call,
): Promise<Begun> {
  const [first, ...others] = partials;
  for (const other of others) files.discard(other);
  if (!first) {
    const path = temporaryBeside(to);
    const isNew = old?.type !== "file" && !mode;
    const isLarge = found.size > smallSize;
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
  const size = await sameBeginning(files, first, handle, Math.min(has, found.size), call);
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
  handle: FileHandle,
  found: Stats,
  job: FileJob & { readonly further: FurtherLanes },
  moved: (bytes: number) => void,
  call: Call,
): Promise<void> {
  const { from, old, source } = job;
  const bytes = new LocalBytes(handle, from, found);
  const isSmall = found.size - start <= smallSize;
  const room = isSmall ? await bytes.all(start) : undefined;
  // All that is asked from here on is carried out in this order.
  const asked: Promise<unknown>[] = [];
  const kept = old?.type === "file" ? old : undefined;
  const isKeptLast = kept && !isSmall && (modeOf(kept) & ownerWrites) === 0;
  if (kept && !isKeptLast) asked.push(keepPermissions(file, kept, call));
  if (room) asked.push(file.write(start, room, call).then(() => moved(room.length)));
  else {
    const range = { from: start, end: found.size };
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
  if (bytes.isSparse) asked.push(file.truncate(found.size, call));
  if (job.times) asked.push(file.setTimes(found.atimeMs / 1000, found.mtimeMs / 1000, call));
  asked.push(file.close(call));
  for (const each of asked) each.catch(() => {});
  await Promise.all(asked);
  const now = await local(from, handle.stat());
  if (now.size !== found.size || now.mtimeMs !== found.mtimeMs) throw bytes.changed();
}

/** A local file as what is written elsewhere. */
class LocalBytes implements ByteSource {
  readonly isSparse: boolean;
  readonly #handle: FileHandle;
  readonly #path: Buffer;
  readonly #size: number;

  constructor(handle: FileHandle, path: Buffer, { size, blocks }: Stats) {
    this.#handle = handle;
    this.#path = path;
    this.#size = size;
    this.isSparse = blocks * 512 < size;
  }

  async fill(room: Buffer, offset: number): Promise<number> {
    const reading = this.#handle.read(room, 0, room.length, offset);
    const { bytesRead } = await local(this.#path, reading);
    if (bytesRead === 0) throw this.changed();
    return bytesRead;
  }

  /** What there is from `start` on. */
  async all(start: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(this.#size - start);
    for (let at = 0; at < bytes.length;) {
      at += await this.fill(bytes.subarray(at), start + at);
    }
    return bytes;
  }

  changed(): Error {
    const path = this.#path.toString("utf8");
    return localFailure(
      { errno: "EIO", code: "CHANGED", path },
      "The file changed while it was transferred",
    );
  }
}
