import type { Call } from "../../support/call.ts";
import { EntryRoom } from "../support/entry-room.ts";
import { remoteFileError, restatedPath } from "../support/remote-error.ts";
import type { Entry, RemoteFiles } from "../support/remote-files.ts";
import { remove } from "../support/remove.ts";
import { temporaryBeside } from "../support/temporary-name.ts";
import { Pool } from "./pool.ts";
import type { Attributes, Side } from "./side.ts";

/** Directories that are listed at once: each takes two round trips. */
const mostDirectories = 256;

/** Those of them that go on while room is scarce, as each holds what it lists. */
const mostWhenScarce = 64;

/** The server's files. */
export class RemoteSide implements Side {
  readonly isRemote = true;
  readonly files: RemoteFiles;
  readonly #call: Call;
  readonly #room: EntryRoom;
  /** As everywhere in a tree, the latest first: it lies deepest. */
  readonly #whenScarce = new Pool(mostWhenScarce, "latest");

  /** @param room for all directories that are under way */
  constructor(files: RemoteFiles, call: Call, room = new EntryRoom()) {
    this.files = files;
    this.#call = call;
    this.#room = room;
  }

  stat(path: Buffer) {
    return this.files.stat(path, this.#call);
  }

  lstat(path: Buffer) {
    return this.files.lstat(path, this.#call);
  }

  async list(path: Buffer, isWanted = () => true): Promise<Entry[]> {
    const entries: Entry[] = [];
    let place: Promise<() => void> | undefined;
    const take = (found: Entry[]) => {
      if (!isWanted()) throw this.error(path, "ECANCELED");
      this.#room.take(found, path);
      // Copied: a name is a view of a packet, which it would keep in memory.
      for (const each of found) entries.push({ ...each, name: Buffer.from(each.name) });
      if (this.#room.isScarce) place ??= this.#whenScarce.enter();
      return place;
    };
    try {
      await this.files.list(path, take, this.#call);
      return entries;
    } catch (error) {
      this.#room.give(entries);
      throw error;
    } finally {
      void place?.then((leave) => leave());
    }
  }

  forget(entries: readonly Entry[]): void {
    this.#room.give(entries);
  }

  readlink(path: Buffer) {
    return this.files.readlink(path, this.#call);
  }

  realpath(path: Buffer) {
    return this.files.realpath(path, this.#call);
  }

  mkdir(path: Buffer) {
    return this.files.mkdir(path, undefined, this.#call);
  }

  async symlink(target: Buffer, path: Buffer): Promise<void> {
    const temporary = temporaryBeside(path);
    try {
      await this.files.symlink(target, temporary, this.#call);
      await this.files.rename(temporary, path, true, this.#call);
    } catch (error) {
      this.files.discard(temporary);
      throw restatedPath(error, temporary, path);
    }
  }

  remove(path: Buffer) {
    return remove(this.files, path, { recursive: true, force: true }, this.#call, this.#room);
  }

  async setAttributes(path: Buffer, { mode, atime, mtime }: Attributes): Promise<void> {
    const options = { followLinks: true };
    await Promise.all([
      this.files.chmod(path, mode, options, this.#call),
      this.files.utimes(path, atime, mtime, options, this.#call),
    ]);
  }

  async width() {
    const files = await this.files.handles(this.#call);
    return { files, directories: Math.max(1, Math.min(mostDirectories, Math.floor(files / 2))) };
  }

  error(path: Buffer, code: string, words?: string): Error {
    return remoteFileError(path, code, { found: words });
  }
}
