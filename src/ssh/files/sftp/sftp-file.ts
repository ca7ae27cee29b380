import { fsync, extensionNames } from "../../../codecs/sftp/extensions.ts";
import { close, fsetstat, fstat, read } from "../../../codecs/sftp/requests.ts";
import type { Attributes } from "../../../codecs/sftp/attributes.ts";
import type { Call } from "../../support/call.ts";
import { notSupported } from "../support/remote-error.ts";
import type { ByteSource, FileStat, RemoteFile, TakeBytes } from "../support/remote-files.ts";
import { fileStat } from "./file-stat.ts";
import { readAll } from "./read-pipeline.ts";
import { expectAttributes, expectOk, isEof, refusal } from "./replies.ts";
import type { ServerLimits, SftpChannel } from "./sftp-channel.ts";
import { writeAll, writeBytes } from "./write-pipeline.ts";

/** A file that is open on an SFTP channel, and keeps that from being given back. */
export class SftpFile implements RemoteFile {
  readonly channel: SftpChannel;
  readonly handle: Buffer;
  readonly path: Buffer;
  readonly limits: ServerLimits;
  readonly #appends: boolean;
  #isOpen = true;

  /** @param appends what is written goes to the file's end, and the server doesn't see to that */
  constructor(
    channel: SftpChannel,
    handle: Buffer,
    path: Buffer,
    limits: ServerLimits,
    appends: boolean,
  ) {
    this.channel = channel;
    this.handle = Buffer.from(handle);
    this.path = path;
    this.limits = limits;
    this.#appends = appends;
    channel.handleOpened();
  }

  async read(offset: number, length: number, take: TakeBytes, call: Call): Promise<void> {
    const { readLength } = this.limits;
    await readAll({ ...this.#place, offset, length, take, readLength }, call);
  }

  async write(at: number, data: Uint8Array, call: Call): Promise<void> {
    if (data.length === 0) return;
    const offset = this.#appends ? ((await this.attributes(call)).size ?? at) : at;
    if (data.length <= this.limits.writeLength) {
      return writeBytes(this.#place, offset, data, call);
    }
    await this.pour(
      bytesOf(data, offset),
      { from: offset, end: offset + data.length },
      () => {},
      call,
    );
  }

  async pour(
    source: ByteSource,
    range: { from: number; end: number },
    written: (bytes: number) => void,
    call: Call,
  ): Promise<void> {
    const { writeLength } = this.limits;
    await writeAll({ ...this.#place, source, range, written, writeLength }, call);
  }

  async readAndClose(length: number, call: Call) {
    const asked = this.#readAndStat(length, call);
    // The server does as it is asked, in that order.
    this.abandon();
    const [response, attributes] = await asked;
    const stat = fileStat(attributes);
    if (isEof(response)) return { pieces: [], stat };
    if (response.type !== "data") throw refusal(response, this.path);
    return { pieces: [response.data, ...(response.more ?? [])], stat };
  }

  async stat(call: Call): Promise<FileStat> {
    return fileStat(await this.attributes(call));
  }

  async attributes(call: Call): Promise<Attributes> {
    return expectAttributes(await this.channel.request(fstat(this.handle), call), this.path);
  }

  truncate(size: number, call: Call): Promise<void> {
    return this.set({ size }, call);
  }

  setTimes(atime: number, mtime: number, call: Call): Promise<void> {
    return this.set({ atime: Math.floor(atime), mtime: Math.floor(mtime) }, call);
  }

  chmod(mode: number, call: Call): Promise<void> {
    return this.set({ permissions: mode }, call);
  }

  chown(uid: number, gid: number, call: Call): Promise<void> {
    return this.set({ uid, gid }, call);
  }

  async set(attributes: Attributes, call: Call): Promise<void> {
    expectOk(await this.channel.request(fsetstat(this.handle, attributes), call), this.path);
  }

  async sync(call: Call): Promise<void> {
    const { extensions } = await call.race(this.channel.ready);
    if (!extensions.has(extensionNames.fsync)) {
      const lacks = `the server's SFTP has no ${extensionNames.fsync}`;
      throw notSupported(`${lacks}: when the file is on its disk can't be known`);
    }
    expectOk(await this.channel.request(fsync(this.handle), call), this.path);
  }

  /** Closed in any case, whatever the server says to it. */
  async close(call: Call): Promise<void> {
    if (!this.#isOpen) return;
    this.#closed();
    expectOk(await this.channel.request(close(this.handle), call), this.path);
  }

  abandon(): void {
    if (!this.#isOpen) return;
    this.#closed();
    this.channel.closeHandle(this.handle);
  }

  get #place() {
    const { channel, handle, path } = this;
    return { channel, handle, path };
  }

  async #readAndStat(length: number, call: Call) {
    const asked = [
      this.channel.request(read(this.handle, 0, length), call, length),
      this.attributes(call),
    ] as const;
    for (const each of asked) each.catch(() => {});
    return Promise.all(asked);
  }

  #closed(): void {
    this.#isOpen = false;
    this.channel.handleClosed();
  }
}

/** @param start the offset that the first of the bytes has */
function bytesOf(data: Uint8Array, start: number): ByteSource {
  return {
    isSparse: false,
    async fill(room, offset) {
      const bytes = data.subarray(offset - start, offset - start + room.length);
      room.set(bytes);
      return bytes.length;
    },
  };
}
