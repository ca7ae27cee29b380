import type { Readable, Writable } from "node:stream";
import type { FileReadResult, FsStatResult } from "../rpc/contract.ts";
import { patienceFor } from "../daemon/daemon.ts";
import { bytesOf, readBytes } from "../rpc/bytes.ts";
import type { Bytes } from "../rpc/bytes.ts";
import type { Reply } from "../rpc/peer.ts";
import type { BoundedCall, CallableSession } from "../daemon/session-call.ts";
import { FileReadStream } from "./read-stream.ts";
import type { ReadStreamOptions } from "./read-stream.ts";
import { RemoteStats } from "./stats.ts";
import { FileWriteStream } from "./write-stream.ts";
import type { WriteStreamOptions } from "./write-stream.ts";

/**
 * An open remote file, from {@link RemoteFs.open}, in the shape of Node's FileHandle. It is closed by
 * `close`, by `await using`, or with its session. Offsets and sizes are in bytes. Every method may throw
 * RemoteFileError (EBADF when it is closed), and what ends a session.
 */
export class RemoteFile implements AsyncDisposable {
  /** Its handle in the protocol. */
  readonly handle: number;
  readonly #session: CallableSession;
  #position = 0;
  #closing: Promise<void> | undefined;

  /** @internal */
  constructor(session: CallableSession, handle: number) {
    this.#session = session;
    this.handle = handle;
  }

  /**
   * Reads into a buffer; fewer bytes than `length` only at the file's end.
   *
   * @param offset where to put the bytes in `into`
   * @param length how many to read. Default: as many as fit.
   * @param position the offset in the file; null for where the last read or write without one ended
   */
  async read<B extends Uint8Array>(
    into: B,
    offset = 0,
    length = into.byteLength - offset,
    position: number | null = null,
  ): Promise<{ bytesRead: number; buffer: B }> {
    const from = position ?? this.#position;
    const bytes = await this.readAt(from, length);
    into.set(bytes, offset);
    if (position === null) this.#position = from + bytes.length;
    return { bytesRead: bytes.length, buffer: into };
  }

  /** Writes all of `data`. @param position as of `read`; ignored if the file was opened to append */
  async write(data: Bytes, position: number | null = null): Promise<{ bytesWritten: number }> {
    const bytes = bytesOf(data, "data");
    const at = position ?? this.#position;
    await this.writeAt(at, bytes);
    if (position === null) this.#position = at + bytes.length;
    return { bytesWritten: bytes.length };
  }

  /** As {@link RemoteFs.stat}. */
  async stat(options: BoundedCall = {}): Promise<RemoteStats> {
    return new RemoteStats((await this.#call("file.stat", {}, options)).result as FsStatResult);
  }

  /** Sets its size in bytes; what is added is zeros. */
  async truncate(size = 0, options: BoundedCall = {}): Promise<void> {
    await this.#call("file.truncate", { size }, options);
  }

  /** Has the server write its data to the disk (fsync@openssh.com). @throws {NotSupported} it can't */
  async sync(options: BoundedCall = {}): Promise<void> {
    await this.#call("file.sync", {}, options);
  }

  /** Reads the file as a stream, which doesn't close it. */
  createReadStream(options: ReadStreamOptions = {}): Readable {
    return new FileReadStream(async () => this, options, false);
  }

  /** Writes the file as a stream, which doesn't close it. */
  createWriteStream(options: WriteStreamOptions = {}): Writable {
    return new FileWriteStream(async () => this, options, false);
  }

  /** Closes the file; to close it again is no error. */
  close(): Promise<void> {
    this.#closing ??= this.#call("file.close", {}, {}).then(() => {});
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal */
  async readAt(offset: number, length: number): Promise<Buffer> {
    const { result, binary } = await this.#call("file.read", { offset, length }, {});
    const { data, encoding } = result as FileReadResult;
    return readBytes(data, encoding, binary);
  }

  /** @internal */
  async writeAt(offset: number, bytes: Buffer): Promise<void> {
    const payload = { param: "data", encodingParam: "encoding", bytes };
    const params = { file: this.handle, offset };
    await this.#session.daemon.call("file.write", params, { payload });
  }

  #call(method: string, params: object, { signal, ...options }: BoundedCall): Promise<Reply> {
    const patience = patienceFor(options.timeout);
    const all = { file: this.handle, ...params, ...options };
    return this.#session.daemon.call(method, all, { signal, patience });
  }
}
