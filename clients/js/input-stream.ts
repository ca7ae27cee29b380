import { Writable } from "node:stream";

/** Bytes in one `session.write`. */
const writeSize = 1024 * 1024;

/** Bytes under way: the server's answers take a round trip. */
const maxUnderWay = 4 * writeSize;

/** How an input stream reaches its program. */
export interface InputOwner {
  /** Resolves when the server has taken the bytes. */
  writeInput(bytes: Buffer): Promise<void>;
  closeInput(): Promise<void>;
  /** It is destroyed before its end: by this error, or by nobody's fault. */
  onInputDestroyed(error: Error | null): void;
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

  override _write(chunk: Buffer, _: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#send([chunk], callback);
  }

  override _writev(
    chunks: { chunk: Buffer }[],
    callback: (error?: Error | null) => void,
  ): void {
    this.#send(
      chunks.map(({ chunk }) => chunk),
      callback,
    );
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#finish().then(() => callback(), callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const isOurs = error !== null && error === this.#failure;
    if (!this.writableFinished && !isOurs) this.#owner.onInputDestroyed(error);
    callback(error);
  }

  async #finish(): Promise<void> {
    await Promise.all(this.#underWay);
    if (this.#failure) throw this.#failure;
    await this.#owner.closeInput();
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
      .writeInput(bytes)
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
