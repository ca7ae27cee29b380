import type { Call } from "../../support/call.ts";
import type { ByteSource, FileStat, RemoteFile, TakeBytes } from "../support/remote-files.ts";
import { isZero } from "../support/zeros.ts";
import { appendBytes, readRange, writeAt } from "./data.ts";
import { script } from "./quote.ts";
import type { ShellFiles } from "./shell-files.ts";

/** Bytes that are read at once from where they come. */
const pieceSize = 256 * 1024;

/** A file that was opened over a shell: its path, which each operation opens anew. */
export class ShellFile implements RemoteFile {
  readonly #files: ShellFiles;
  readonly #path: Buffer;
  readonly #appends: boolean;
  #isOpen = true;

  constructor(files: ShellFiles, path: Buffer, appends: boolean) {
    this.#files = files;
    this.#path = path;
    this.#appends = appends;
    files.channel.handleOpened();
  }

  read(offset: number, length: number, take: TakeBytes, call: Call): Promise<void> {
    return readRange(this.#files, this.#path, { offset, length }, take, call);
  }

  async write(offset: number, data: Uint8Array, call: Call): Promise<void> {
    if (this.#appends) await appendBytes(this.#files, this.#path, data, call);
    else await writeAt(this.#files, this.#path, offset, data, call);
  }

  async pour(
    source: ByteSource,
    { from, end }: { from: number; end: number },
    written: (bytes: number) => void,
    call: Call,
  ): Promise<void> {
    const room = Buffer.allocUnsafe(Math.min(pieceSize, Math.max(end - from, 0)));
    for (let at = from; at < end;) {
      const length = await source.fill(room.subarray(0, Math.min(room.length, end - at)), at);
      if (length === 0) return;
      const bytes = room.subarray(0, length);
      if (!source.isSparse || !isZero(bytes)) await this.write(at, Buffer.from(bytes), call);
      written(length);
      at += length;
    }
  }

  async readAndClose(length: number, call: Call) {
    const pieces: Uint8Array[] = [];
    const take = (bytes: Uint8Array) => void pieces.push(bytes);
    this.abandon();
    const asked = [this.read(0, length, take, call), this.stat(call)] as const;
    for (const each of asked) each.catch(() => {});
    const [, stat] = await Promise.all(asked);
    return { pieces, stat };
  }

  stat(call: Call): Promise<FileStat> {
    return this.#files.stat(this.#path, call);
  }

  truncate(size: number, call: Call): Promise<void> {
    return this.#files.truncate(this.#path, size, call);
  }

  setTimes(atime: number, mtime: number, call: Call): Promise<void> {
    return this.#files.utimes(this.#path, atime, mtime, { followLinks: true }, call);
  }

  chmod(mode: number, call: Call): Promise<void> {
    return this.#files.chmod(this.#path, mode, { followLinks: true }, call);
  }

  chown(uid: number, gid: number, call: Call): Promise<void> {
    return this.#files.chown(this.#path, uid, gid, { followLinks: true }, call);
  }

  sync(call: Call): Promise<void> {
    return this.#files.do(this.#path, script`sync`, call);
  }

  async close(): Promise<void> {
    this.abandon();
  }

  abandon(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#files.channel.handleClosed();
  }
}
