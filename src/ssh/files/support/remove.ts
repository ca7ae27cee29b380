import type { Call } from "../../support/call.ts";
import { EntryRoom, longestPath } from "./entry-room.ts";
import { hasCode, remoteFileError } from "./remote-error.ts";
import type { Entry, RemoteFiles } from "./remote-files.ts";

/** Removals under way at once, beside each other. */
const atOnce = 64;
/** Entries of one directory that are removed before its others are asked for. */
const mostEntries = 10_000;

export interface RemoveOptions {
  readonly recursive: boolean;
  /** What isn't there is no error. */
  readonly force: boolean;
}

/**
 * Removes a file, or a directory with what is in it; links are never followed.
 *
 * @param room for the directories that are under way
 */
export async function remove(
  files: RemoteFiles,
  path: Buffer,
  { recursive, force }: RemoveOptions,
  call: Call,
  room = new EntryRoom(),
): Promise<void> {
  if (isGuarded(path)) {
    throw remoteFileError(path, "EINVAL", { found: "/, . and .. are never removed" });
  }
  try {
    const { type } = await files.lstat(path, call);
    if (type !== "directory") await files.unlink(path, call);
    else if (recursive) await new Removal(files, call, room).directory(path);
    else {
      const found = "Is a directory, and recursive is false";
      throw remoteFileError(path, "EISDIR", { found });
    }
  } catch (error) {
    if (!force || !hasCode(error, "ENOENT")) throw error;
  }
}

/** Paths that are refused, as rm(1) does: nobody means them. */
function isGuarded(path: Buffer): boolean {
  return /^\/*$|(^|\/)\.\.?\/*$/.test(path.toString("latin1"));
}

class Removal {
  readonly #files: RemoteFiles;
  readonly #call: Call;
  readonly #room: EntryRoom;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(files: RemoteFiles, call: Call, room: EntryRoom) {
    this.#files = files;
    this.#call = call;
    this.#room = room;
  }

  async directory(path: Buffer): Promise<void> {
    if (path.length > longestPath) throw remoteFileError(path, "ENAMETOOLONG");
    while (!(await this.#piece(path)));
    await this.#turn(() => this.#files.rmdir(path, this.#call));
  }

  /** Removes what is in a directory, or as much as is kept of one; says whether it was all. */
  async #piece(path: Buffer): Promise<boolean> {
    const entries: Entry[] = [];
    try {
      const isAll = await this.#turn(() => this.#list(path, entries));
      // Waits for all of them, so that nothing goes on after the call has ended.
      const outcomes = await Promise.allSettled(entries.map((entry) => this.#entry(path, entry)));
      const failed = outcomes.find((each) => each.status === "rejected");
      if (failed) throw failed.reason;
      return isAll;
    } finally {
      this.#room.give(entries);
    }
  }

  async #list(path: Buffer, entries: Entry[]): Promise<boolean> {
    const enough = new Error("enough");
    const take = (found: Entry[]) => {
      this.#room.take(found, path);
      // Copied: a name is a view of a packet, which it would keep in memory.
      for (const each of found) entries.push({ ...each, name: Buffer.from(each.name) });
      if (entries.length >= mostEntries) throw enough;
    };
    try {
      await this.#files.list(path, take, this.#call);
      return true;
    } catch (error) {
      if (error === enough) return false;
      throw error;
    }
  }

  async #entry(folder: Buffer, { name, type }: Entry): Promise<void> {
    const path = Buffer.concat([folder, Buffer.from("/"), name]);
    try {
      // The listing may have followed a symbolic link: never empty what one leads to.
      if (type === "directory" && (await this.#isDirectory(path))) await this.directory(path);
      else await this.#turn(() => this.#files.unlink(path, this.#call));
    } catch (error) {
      // Somebody else has removed it meanwhile.
      if (!hasCode(error, "ENOENT")) throw error;
    }
  }

  async #isDirectory(path: Buffer): Promise<boolean> {
    if (this.#files.listsLinks) return true;
    return (await this.#turn(() => this.#files.lstat(path, this.#call))).type === "directory";
  }

  async #turn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= atOnce) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running += 1;
    try {
      this.#call.check();
      return await work();
    } finally {
      this.#running -= 1;
      // The latest first, as it lies deepest: then the fewest entries are in memory.
      this.#waiting.pop()?.();
    }
  }
}
