import { localFileError } from "./error.ts";

/** Bytes gathered before they are written at once. */
const batch = 1024 * 1024;

interface Writable {
  writev(chunks: Uint8Array[], position?: number): Promise<{ bytesWritten: number }>;
}

/** What is written to a local file: in large pieces, one at a time. */
export class BatchedWrites {
  readonly #file: Writable;
  readonly #path: string;
  readonly #hasPositions: boolean;
  #position = 0;
  #pending: Uint8Array[] = [];
  #pendingSize = 0;
  #writing: Promise<void> = Promise.resolve();

  /**
   * @param path named by errors
   * @param hasPositions false for a device or a FIFO, which has no offsets
   */
  constructor(file: Writable, path: string, hasPositions: boolean) {
    this.#file = file;
    this.#path = path;
    this.#hasPositions = hasPositions;
  }

  /** The offset of the next bytes, in bytes; valid once all is {@link written}. */
  get position(): number {
    return this.#position;
  }

  /** Sets the offset of the next bytes. Only when all is {@link written}. */
  seek(position: number): void {
    this.#position = position;
  }

  /**
   * Takes the next bytes.
   *
   * @returns a promise where the disk is behind: to be awaited before more is given; it fails with
   *   LocalFileError
   */
  push(bytes: Uint8Array): Promise<void> | undefined {
    this.#pending.push(bytes);
    this.#pendingSize += bytes.length;
    return this.#pendingSize < batch ? undefined : this.#flush();
  }

  /** Resolves when all that was given is written. @throws {Failure} LocalFileError */
  async written(): Promise<void> {
    await this.#flush();
    await this.#done(this.#writing);
  }

  /** Resolves when nothing is being written any more; what is gathered stays unwritten. */
  async idle(): Promise<void> {
    await this.#writing.catch(() => {});
  }

  /** Waits for the batch before, and starts to write this one. */
  async #flush(): Promise<void> {
    const chunks = this.#pending;
    this.#pending = [];
    this.#pendingSize = 0;
    const before = this.#writing;
    this.#writing = before.then(() => this.#writeAll(chunks));
    this.#writing.catch(() => {});
    await this.#done(before);
  }

  async #writeAll(chunks: Uint8Array[]): Promise<void> {
    let rest = chunks;
    while (rest.length > 0) {
      const position = this.#hasPositions ? this.#position : undefined;
      const { bytesWritten } = await this.#file.writev(rest, position);
      this.#position += bytesWritten;
      rest = after(rest, bytesWritten);
    }
  }

  async #done(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      throw localFileError(error, this.#path);
    }
  }
}

/** What is left of `chunks` behind the first `count` bytes. */
export function after(chunks: Uint8Array[], count: number): Uint8Array[] {
  let skip = count;
  let index = 0;
  for (; index < chunks.length; index++) {
    const { length } = chunks[index] as Uint8Array;
    if (skip < length) break;
    skip -= length;
  }
  const [first, ...rest] = chunks.slice(index);
  return first ? [first.subarray(skip), ...rest] : [];
}
