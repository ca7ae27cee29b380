import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { localFailure, localFileError } from "./error.ts";

/** Bytes handed on at once. */
const readSize = 256 * 1024;

/** A file to send: its size, and its bytes in order. */
export interface Source {
  readonly size: number;
  /**
   * Yields exactly `size` bytes; a chunk may be overwritten when the next is asked for.
   *
   * @throws {Failure} LocalFileError, also where the file has become shorter
   */
  chunks(): AsyncIterable<Uint8Array>;
}

export function memorySource(data: Uint8Array): Source {
  return {
    size: data.length,
    async *chunks() {
      for (let at = 0; at < data.length; at += readSize) yield data.subarray(at, at + readSize);
    },
  };
}

/** A regular local file, open for reading. */
export class LocalSource implements Source {
  readonly size: number;
  /** The permission bits. */
  readonly mode: number;
  readonly #handle: FileHandle;
  readonly #path: string;

  private constructor(path: string, handle: FileHandle, size: number, mode: number) {
    this.#path = path;
    this.#handle = handle;
    this.size = size;
    this.mode = mode;
  }

  /** @throws {Failure} LocalFileError */
  static async open(path: string): Promise<LocalSource> {
    let handle: FileHandle | undefined;
    let code: string;
    try {
      // O_NONBLOCK, as opening a FIFO would wait for its writer.
      handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const found = await handle.stat();
      if (found.isFile()) return new LocalSource(path, handle, found.size, found.mode & 0o777);
      code = found.isDirectory() ? "EISDIR" : "EINVAL";
    } catch (error) {
      await handle?.close();
      throw localFileError(error, path);
    }
    await handle.close();
    throw localFailure({ errno: "EINVAL", code, path }, "not a regular file");
  }

  async *chunks(): AsyncGenerator<Uint8Array, void, void> {
    // Two buffers in turn: a new one for each chunk would make gigabytes of garbage.
    let buffer = this.#buffer();
    let spare = this.#buffer();
    let position = 0;
    let reading = this.#read(buffer, position);
    while (position < this.size) {
      const chunk = await reading;
      position += chunk.length;
      [buffer, spare] = [spare, buffer];
      // The next one is read while this one is sent.
      reading = this.#read(buffer, position);
      reading.catch(() => {});
      yield chunk;
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  #buffer(): Buffer {
    return Buffer.allocUnsafe(Math.min(readSize, this.size));
  }

  /** @returns the bytes at the offset `position`; none at the end of the file */
  async #read(buffer: Buffer, position: number): Promise<Uint8Array> {
    const length = Math.min(buffer.length, this.size - position);
    if (length === 0) return buffer.subarray(0, 0);
    let bytesRead: number;
    try {
      ({ bytesRead } = await this.#handle.read(buffer, 0, length, position));
    } catch (error) {
      throw localFileError(error, this.#path);
    }
    if (bytesRead > 0) return buffer.subarray(0, bytesRead);
    throw localFailure({ errno: "EIO", path: this.#path }, "the file became shorter meanwhile");
  }
}
