import { fstat, read } from "../../../codecs/sftp/requests.ts";
import { dataLength } from "../../../codecs/sftp/responses.ts";
import type { Response } from "../../../codecs/sftp/responses.ts";
import type { Call } from "../../support/call.ts";
import type { TakeBytes } from "../support/remote-files.ts";
import { brokenWay } from "../support/remote-error.ts";
import { isEof, refusal } from "./replies.ts";
import { mostBytes } from "./sftp-channel.ts";
import type { SftpChannel } from "./sftp-channel.ts";

/** Bytes asked for ahead of the reader, at least. */
const leastAhead = 2 * 1024 * 1024;
/** Bytes a second that a link may carry: until its pace is known, a round trip of it is asked for ahead. */
const fastestLink = 400_000_000;
/** Bytes that are asked for together: each packet of requests has both sides work, and the server wake. */
const together = 1024 * 1024;
/** Of what is asked first of a file whose size isn't known. */
const firstAhead = 4;

/** A server that gives less at once is asked for no less. */
const leastLength = 4096;

interface Asked {
  readonly offset: number;
  readonly length: number;
  readonly reply: Promise<Response>;
}

/** Where the bytes are, and where they go. */
export interface Reading {
  readonly channel: SftpChannel;
  readonly handle: Buffer;
  readonly path: Uint8Array;
  readonly offset: number;
  /** Bytes, or Infinity for all up to the file's end. */
  readonly length: number;
  readonly take: TakeBytes;
  /** Bytes of one request, that the server takes. */
  readonly readLength: number;
}

/**
 * Sends its first requests at once, so that what is sent after the call comes behind them.
 *
 * Reads a range of an open file with many requests under way; gives the bytes in order, up to the
 * file's end where that comes first.
 */
export async function readAll(reading: Reading, call: Call): Promise<void> {
  const { channel, handle, path, take, readLength } = reading;
  // What waits at the server for its turn to be sent holds up all else that is asked on the channel.
  const ahead = () => {
    const { underWay = (channel.roundTrip / 1000) * fastestLink } = channel;
    return Math.max(leastAhead, Math.min(mostBytes, underWay));
  };
  const end = reading.offset + reading.length;
  const asked: Asked[] = [];
  const state = {
    next: reading.offset,
    underWay: 0,
    // Bytes of one request: a server that gives less at once is asked for less.
    size: readLength,
    // Where nobody knows how long the file is no more is asked for than has come, at first.
    most: reading.length === Infinity ? firstAhead * readLength : Infinity,
  };

  const ask = (offset: number, length: number): Asked => {
    const reply = channel.request(read(handle, offset, length), call, length);
    reply.catch(() => {});
    state.underWay += length;
    return { offset, length, reply };
  };
  // Behind a short read, it says whether that was the file's end, without a round trip more.
  let size: Promise<Response> | undefined;
  const askSize = () => {
    if (size) return;
    size = channel.request(fstat(handle), call);
    size.catch(() => {});
  };
  const endsAt = async (at: number) => {
    askSize();
    const found = await size;
    return found?.type === "attributes" && found.attributes.size === at;
  };
  const askOn = () => {
    const most = Math.min(state.most, ahead());
    if (state.underWay > most - Math.min(together, most / 2)) return;
    while (state.next < end && (asked.length === 0 || state.underWay + state.size <= most)) {
      const length = Math.min(state.size, end - state.next);
      asked.push(ask(state.next, length));
      state.next += length;
    }
  };
  for (;;) {
    askOn();
    // Whoever says how much it is mostly knows how long the file is.
    if (reading.length === Infinity) askSize();
    const first = asked.shift();
    if (!first) return;
    const response = await first.reply;
    state.underWay -= first.length;
    if (isEof(response)) return;
    if (response.type !== "data") throw refusal(response, path);
    const length = dataLength(response);
    // A server that gives none would be asked for ever.
    if (length === 0) {
      throw brokenWay("the server broke the SFTP protocol: data without a byte", "EPROTO");
    }
    const isShort = length < first.length;
    const isLast = isShort && (await endsAt(first.offset + length));
    if (isShort && !isLast) {
      if (first.length === state.size) state.size = Math.max(length, leastLength);
      asked.unshift(ask(first.offset + length, first.length - length));
    }
    for (const piece of [response.data, ...(response.more ?? [])]) {
      const busy = take(piece);
      if (busy) await call.race(Promise.resolve(busy));
    }
    if (isLast) return;
    state.most *= 2;
  }
}
