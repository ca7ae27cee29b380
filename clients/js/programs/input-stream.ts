import { Writable } from "node:stream";

/** Bytes in one `session.write`. */
const writeSize = 1024 * 1024;

/** Bytes under way: the server's answers take a round trip. */
const maxUnderWay = 4 * writeSize;

/** How an input stream reaches its program. */
export interface InputOwner {
  /** Resolves when the server has taken the bytes. */
  write(bytes: Buffer): Promise<void>;
  close(): Promise<void>;
  /** Where the bytes come from, there was an error before their end. */
  onBroken(error: Error): void;
}

/** A program's input. What the server hasn't taken holds up the writer. */
export class InputStream extends Writable {
  readonly #owner: InputOwner;
  readonly #underWay = new Set<Promise<void>>();
  #bytes = 0;
  #onRoom: ((error?: Error | null) => void) | undefined;
  #failure: Error | undefined;

  constructor(owner: InputOwner) {
    super({ highWaterMark: writeSize });
    this.#owner = owner;
    // An error that nobody listens for must not end the program: `wait` tells it, too.
    this.on("error", () => {});
  }

  override _write(
    chunk: Buffer,
    _: BufferEncoding,
    callback: (error?: Error | null) => void,
  ): void {
    this.#send([chunk], callback);
  }

  override _writev(chunks: { chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    this.#send(
      chunks.map(({ chunk }) => chunk),
      callback,
    );
  }

  override _final(callback: (error?: Error | null) => void): void {
    void this.#finish(callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (error === null && !this.writableFinished) void this.#close();
    else if (error !== null && error !== this.#failure) this.#owner.onBroken(error);
    callback(error);
  }

  async #close(): Promise<void> {
    try {
      await this.#owner.close();
    } catch {
      // The program's end tells it.
    }
  }

  async #finish(callback: (error?: Error | null) => void): Promise<void> {
    await Promise.all(this.#underWay);
    try {
      if (!this.#failure) await this.#owner.close();
    } catch (error) {
      this.#failure = error as Error;
    }
    callback(this.#failure);
  }

  /** Small pieces go together, large ones apart. */
  #send(chunks: readonly Buffer[], callback: (error?: Error | null) => void): void {
    const bytes = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    for (let at = 0; at < bytes.length; at += writeSize) {
      this.#sendOne(bytes.subarray(at, at + writeSize));
    }
    if (this.#failure) callback(this.#failure);
    else if (this.#bytes < maxUnderWay) callback();
    else this.#onRoom = callback;
  }

  #sendOne(bytes: Buffer): void {
    this.#bytes += bytes.length;
    const writing = this.#owner
      .write(bytes)
      .catch((error: Error) => {
        this.#failure ??= error;
      })
      .finally(() => {
        this.#bytes -= bytes.length;
        this.#underWay.delete(writing);
        const onRoom = this.#onRoom;
        if (this.#bytes < maxUnderWay || this.#failure) this.#onRoom = undefined;
        if (this.#failure && onRoom) onRoom(this.#failure);
        else if (this.#failure) this.destroy(this.#failure);
        else if (this.#bytes < maxUnderWay) onRoom?.();
      });
    this.#underWay.add(writing);
  }
}
