import { write, writeOverhead } from "../../../codecs/sftp/requests.ts";
import type { Call } from "../../support/call.ts";
import { expectOk } from "./replies.ts";
import type { SftpChannel } from "./sftp-channel.ts";

/** Bytes sent ahead of the server's answers: twice the window that OpenSSH gives a channel. */
const mostAhead = 4 * 1024 * 1024;

/** Where the bytes go. */
export interface Writing {
  readonly channel: SftpChannel;
  readonly handle: Buffer;
  readonly path: Uint8Array;
  /** Where the bytes end, as far as it is known; no more than that is asked for. */
  readonly end: number;
  /** Fills `room` with the bytes for `offset`; gives how many there are, 0 at the end. */
  readonly fill: (room: Buffer, offset: number) => Promise<number> | number;
  /** Told of bytes that the server has. */
  readonly written?: (bytes: number) => void;
}

/**
 * Writes to an open file with many requests under way; resolves when the server has them all.
 *
 * @returns where it ends
 */
export async function writeAll(writing: Writing, from: number, call: Call): Promise<number> {
  const { channel, handle, path, fill, written } = writing;
  const { writeLength } = await call.race(channel.limits);
  const overhead = writeOverhead(handle);
  const underWay = new Set<Promise<void>>();
  const state: { ahead: number; failure: unknown } = { ahead: 0, failure: undefined };
  let offset = from;
  let wake = () => {};
  const fail = (error: unknown) => {
    state.failure ??= error;
    wake();
  };
  for (;;) {
    while (
      state.ahead > 0 &&
      state.ahead + writeLength > mostAhead &&
      state.failure === undefined
    ) {
      await call.race(new Promise<void>((resolve) => (wake = resolve)));
    }
    if (state.failure !== undefined) throw state.failure;
    const most = Math.min(writeLength, writing.end - offset);
    if (most <= 0) break;
    const packet = Buffer.allocUnsafe(overhead + most);
    const length = await fill(packet.subarray(overhead), offset);
    if (length === 0) break;
    const request = write(handle, offset, packet.subarray(0, overhead + length));
    const sent = channel.request(request, call, length).then((response) => {
      expectOk(response, path);
      state.ahead -= length;
      written?.(length);
      wake();
    });
    const settled = sent.catch(fail).finally(() => underWay.delete(settled));
    underWay.add(settled);
    state.ahead += length;
    offset += length;
  }
  await call.race(Promise.all(underWay));
  if (state.failure !== undefined) throw state.failure;
  return offset;
}
