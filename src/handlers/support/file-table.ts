import { Failure } from "../../protocol/errors.ts";
import type { Session } from "../../ssh/connection/session.ts";
import type { RemoteFile } from "../../ssh/files/support/remote-files.ts";

/** The remote files that are open, by their handles, which count up from 1 and are never used again. */
export class FileTable {
  readonly #files = new Map<number, RemoteFile>();
  #last = 0;

  /** @param session with whose end the file's handle ends */
  add(file: RemoteFile, session: Session): number {
    this.#last += 1;
    const handle = this.#last;
    this.#files.set(handle, file);
    session.onEnd(() => this.#files.delete(handle));
    return handle;
  }

  /** @throws {Failure} RemoteFileError EBADF */
  get(handle: number): RemoteFile {
    const file = this.#files.get(handle);
    if (file) return file;
    throw noFile(handle);
  }

  delete(handle: number): void {
    this.#files.delete(handle);
  }
}

/** The error for a handle that names no open file. */
const noFile = (file: number) =>
  new Failure(
    "RemoteFileError",
    `no file is open under the handle ${file}: it was closed, or its session has ended`,
    { code: "EBADF", dispatched: "no" },
  );
