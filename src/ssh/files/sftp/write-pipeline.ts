import { write, writeOverhead } from "../../../codecs/sftp/requests.ts";
import type { Call } from "../../support/call.ts";
import type { ByteSource } from "../support/remote-files.ts";
import { isZero } from "../support/zeros.ts";
import { expectOk } from "./replies.ts";
import type { SftpChannel } from "./sftp-channel.ts";

/** Bytes sent ahead of the server's answers: twice the window that OpenSSH gives a channel. */
const mostAhead = 4 * 1024 * 1024;
/** Of those that haven't left yet, so that the buffers stay few: what is few stays in the processor's cache. */
const mostUnsent = 512 * 1024;

/** Where the bytes go. */
export interface Writing {
  readonly channel: SftpChannel;
  readonly handle: Buffer;
  readonly path: Uint8Array;
  readonly source: ByteSource;
  readonly range: { from: number; end: number };
  /** Told of bytes that the server has. */
  readonly written?: (bytes: number) => void;
  /** Bytes of one request, that the server takes. */
  readonly writeLength: number;
}

/** Writes to an open file with many requests under way; resolves when the server has them all. */
export async function writeAll(writing: Writing, call: Call): Promise<void> {
  const { channel, handle, path, source, range, written = () => {}, writeLength } = writing;
  const overhead = writeOverhead(handle);
  const underWay = new Set<Promise<void>>();
  const state: { ahead: number; unsent: number; failure: unknown } = {
    ahead: 0,
    unsent: 0,
    failure: undefined,
  };
  let wake = () => {};
  const fail = (error: unknown) => {
    state.failure ??= error;
    wake();
  };
  // What has left is written again: new ones each time would be garbage by the gigabyte.
  const free: Buffer[] = [];
  const send = (packet: Buffer, offset: number, length: number) => {
    const request = write(handle, offset, packet.subarray(0, overhead + length));
    const taken = () => {
      free.push(packet);
      state.unsent -= length;
      wake();
    };
    const sent = channel.request(request, call, length, taken).then((response) => {
      expectOk(response, path);
      state.ahead -= length;
      written(length);
      wake();
    });
    const settled = sent.catch(fail).finally(() => underWay.delete(settled));
    underWay.add(settled);
    state.ahead += length;
    state.unsent += length;
  };
  const fill = async (offset: number) => {
    const room = Math.min(writeLength, range.end - offset);
    const packet =
      free.pop() ?? Buffer.allocUnsafe(overhead + Math.min(writeLength, range.end - range.from));
    const data = packet.subarray(overhead, overhead + room);
    const length = room > 0 ? await source.fill(data, offset) : 0;
    return { packet, data: data.subarray(0, length), length };
  };
  const isFull = () =>
    state.ahead > 0 &&
    (state.ahead + writeLength > mostAhead || state.unsent + writeLength > mostUnsent);
  // The next bytes are read while these are sent.
  let coming = fill(range.from);
  for (let offset = range.from; ;) {
    const { packet, data, length } = await coming;
    if (length === 0) break;
    while (state.failure === undefined && isFull()) {
      await call.race(new Promise<void>((resolve) => (wake = resolve)));
    }
    if (state.failure !== undefined) throw state.failure;
    call.check();
    coming = fill(offset + length);
    coming.catch(() => {});
    if (source.isSparse && isZero(data)) {
      written(length);
      free.push(packet);
    } else send(packet, offset, length);
    offset += length;
  }
  await call.race(Promise.all(underWay));
  if (state.failure !== undefined) throw state.failure;
}

/** Writes bytes that fit into one request, which is sent at once: what is asked next comes behind it. */
export async function writeBytes(
  { channel, handle, path }: Pick<Writing, "channel" | "handle" | "path">,
  offset: number,
  data: Uint8Array,
  call: Call,
): Promise<void> {
  const overhead = writeOverhead(handle);
  const packet = Buffer.allocUnsafe(overhead + data.length);
  packet.set(data, overhead);
  expectOk(await channel.request(write(handle, offset, packet), call, data.length), path);
}
