import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { Failure } from "../protocol/errors.ts";
import { localFileError } from "./local-error.ts";

/** Bytes read from the disk at once. */
const readSize = 256 * 1024;

/** What is sent: a size that is known, and its bytes in order. */
export interface Source {
  readonly size: number;
  /** Yields exactly `size` bytes. @throws {Failure} LocalFileError, also where the file has become shorter */
  chunks(): AsyncIterable<Uint8Array>;
}

export function memorySource(data: Uint8Array): Source {
  return {
    size: data.length,
    async *chunks() {
      yield data;
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
    try {
      // Non-blocking, as opening a FIFO would wait for its writer.
      handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const found = await handle.stat();
      if (found.isFile()) return new LocalSource(path, handle, found.size, found.mode & 0o777);
    } catch (error) {
      await handle?.close();
      throw localFileError(error, path);
    }
    await handle.close();
    throw new Failure("LocalFileError", `${path}: not a regular file`, { errno: "EINVAL", path });
  }

  async *chunks(): AsyncGenerator<Uint8Array, void, void> {
    for (let position = 0; position < this.size;) {
      const buffer = Buffer.allocUnsafe(Math.min(readSize, this.size - position));
      const bytesRead = await this.#read(buffer, position);
      if (bytesRead === 0) {
        throw new Failure("LocalFileError", `${this.#path}: the file became shorter meanwhile`, {
          errno: "EIO",
          path: this.#path,
        });
      }
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #read(buffer: Buffer, position: number): Promise<number> {
    try {
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, position);
      return bytesRead;
    } catch (error) {
      throw localFileError(error, this.#path);
    }
  }
}
