import { Writable } from "node:stream";
import type { RemoteFile } from "./remote-file.ts";

export interface WriteStreamOptions {
  /** The offset of the first byte. Default: 0. */
  start?: number | undefined;
}

/** Bytes of one write. */
const writeSize = 256 * 1024;

/** Bytes under way: the answers take a round trip. */
const maxUnderWay = 4 * writeSize;

type Callback = (error?: Error | null) => void;

/** A remote file as it is written, in place, some writes ahead. */
export class FileWriteStream extends Writable {
  readonly #open: () => Promise<RemoteFile>;
  readonly #isOwner: boolean;
  readonly #underWay = new Set<Promise<void>>();
  #bytes = 0;
  #file: RemoteFile | undefined;
  #offset: number;
  #failure: Error | undefined;

  /** @param isOwner whether it closes the file behind it */
  constructor(
    open: () => Promise<RemoteFile>,
    { start = 0 }: WriteStreamOptions,
    isOwner: boolean,
  ) {
    super({ highWaterMark: writeSize });
    this.#open = open;
    this.#offset = start;
    this.#isOwner = isOwner;
  }

  override _construct(callback: Callback): void {
    void this.#start(callback);
  }

  override _write(chunk: Buffer, _: BufferEncoding, callback: Callback): void {
    void this.#send(chunk, callback);
  }

  override _writev(chunks: { chunk: Buffer }[], callback: Callback): void {
    void this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), callback);
  }

  override _final(callback: Callback): void {
    void this.#settle(callback);
  }

  override _destroy(error: Error | null, callback: Callback): void {
    void this.#close(error, callback);
  }

  async #start(callback: Callback): Promise<void> {
    try {
      this.#file = await this.#open();
      callback();
    } catch (error) {
      callback(error as Error);
    }
  }

  async #send(bytes: Buffer, callback: Callback): Promise<void> {
    for (let at = 0; at < bytes.length; at += writeSize) {
      this.#sendOne(bytes.subarray(at, at + writeSize));
      while (this.#bytes >= maxUnderWay) await Promise.race(this.#underWay);
    }
    callback(this.#failure);
  }

  #sendOne(bytes: Buffer): void {
    this.#bytes += bytes.length;
    const writing = (this.#file as RemoteFile)
      .writeAt(this.#offset, bytes)
      .catch((error: Error) => {
        this.#failure ??= error;
      })
      .finally(() => {
        this.#bytes -= bytes.length;
        this.#underWay.delete(writing);
      });
    this.#offset += bytes.length;
    this.#underWay.add(writing);
  }

  async #settle(callback: Callback): Promise<void> {
    await this.#written();
    callback(this.#failure);
  }

  async #written(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Succeeds only when the server has confirmed every write, and the close. */
  async #close(error: Error | null, callback: Callback): Promise<void> {
    await this.#written();
    try {
      if (this.#isOwner) await this.#file?.close();
      callback(error);
    } catch (failure) {
      callback(error ?? (failure as Error));
    }
  }
}
