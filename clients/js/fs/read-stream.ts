import { Readable } from "node:stream";
import type { RemoteFile } from "./remote-file.ts";

export interface ReadStreamOptions {
  /** The offset of the first byte. Default: 0. */
  start?: number | undefined;
  /** The offset of the last byte, inclusive, as in Node. Default: that of the file's last byte. */
  end?: number | undefined;
}

/** Bytes of one read. */
const readSize = 256 * 1024;

/** Reads under way: the answers take a round trip. */
const readsAhead = 4;

/** A remote file as it is read, some reads ahead. */
export class FileReadStream extends Readable {
  readonly #open: () => Promise<RemoteFile>;
  readonly #end: number;
  readonly #isOwner: boolean;
  readonly #ahead: { length: number; bytes: Promise<Buffer> }[] = [];
  #file: RemoteFile | undefined;
  #offset: number;

  /** @param isOwner whether it closes the file behind it */
  constructor(
    open: () => Promise<RemoteFile>,
    { start = 0, end = Infinity }: ReadStreamOptions,
    isOwner: boolean,
  ) {
    super({ highWaterMark: readSize });
    this.#open = open;
    this.#offset = start;
    this.#end = end + 1;
    this.#isOwner = isOwner;
  }

  override _construct(callback: (error?: Error | null) => void): void {
    void this.#start(callback);
  }

  override _read(): void {
    void this.#next();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    void this.#finish(error, callback);
  }

  async #start(callback: (error?: Error | null) => void): Promise<void> {
    try {
      this.#file = await this.#open();
      callback();
    } catch (error) {
      callback(error as Error);
    }
  }

  async #next(): Promise<void> {
    try {
      this.#fill();
      const first = this.#ahead.shift();
      const bytes = await first?.bytes;
      if (first === undefined || bytes === undefined || bytes.length === 0) this.push(null);
      else {
        // Short of what was asked for, it is the end, whatever comes of the others.
        if (bytes.length < first.length) this.#drop();
        this.push(bytes);
      }
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #fill(): void {
    while (this.#ahead.length < readsAhead && this.#offset < this.#end) {
      const length = Math.min(readSize, this.#end - this.#offset);
      const bytes = (this.#file as RemoteFile).readAt(this.#offset, length);
      // Whoever comes to it is told.
      bytes.catch(() => {});
      this.#ahead.push({ length, bytes });
      this.#offset += length;
    }
  }

  #drop(): void {
    this.#ahead.length = 0;
    this.#offset = Infinity;
  }

  async #finish(error: Error | null, callback: (error?: Error | null) => void): Promise<void> {
    this.#drop();
    try {
      if (this.#isOwner) await this.#file?.close();
      callback(error);
    } catch (failure) {
      callback(error ?? (failure as Error));
    }
  }
}
