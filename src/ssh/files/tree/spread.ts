import { Cancellation } from "../../../protocol/cancellation.ts";
import { Call } from "../../support/call.ts";
import type { ByteSource, RemoteFile, RemoteFiles } from "../support/remote-files.ts";

/** A further channel for the files of a session, that is only lent. */
export interface Lane {
  readonly files: RemoteFiles;
  /** Whether nobody needs the channel for something better. */
  readonly mayGoOn: () => boolean;
  readonly close: () => void;
}

/** What a session has to lend. */
export interface Lanes {
  /** Milliseconds that the server takes to answer. */
  readonly roundTrip: number;
  /**
   * Gives one more, or undefined where the server has no room to spare.
   *
   * @param cancellation it isn't waited for any more
   */
  open(cancellation: Cancellation): Promise<Lane | undefined>;
}

/** Bytes that are written on one channel in a row; two such pieces are under way on each. */
const pieceSize = 2 * 1024 * 1024;
const atOnce = 2;
/** The least that is worth a further channel, in bytes. */
const leastEach = 8 * 1024 * 1024;
const mostLanes = 8;
/**
 * Milliseconds of round trip for each channel: OpenSSH's window of 2 MiB lets some 300 MB/s through
 * in as many, and what more is there to be had is the other channels'.
 */
const roundTripEach = 6;

/** How many channels one file should go over. */
export function lanesFor(size: number, roundTrip: number): number {
  const byDelay = Math.floor(roundTrip / roundTripEach);
  return Math.max(1, Math.min(mostLanes, byDelay, Math.floor(size / leastEach)));
}

/**
 * Writes a range of a file, over several channels where the link's delay makes a channel's window
 * the limit: windows are each channel's own.
 *
 * @param path where `file` lies
 */
export async function spread(
  file: RemoteFile,
  path: Buffer,
  source: ByteSource,
  range: { from: number; end: number },
  written: (bytes: number) => void,
  lanes: Lanes | undefined,
  call: Call,
): Promise<void> {
  const count = lanes ? lanesFor(range.end - range.from, lanes.roundTrip) : 1;
  if (!lanes || count === 1) return file.pour(source, range, written, call);
  const state = { next: range.from, failed: false };
  const work = async (to: RemoteFile, mayGoOn: () => boolean) => {
    while (state.next < range.end && mayGoOn() && !state.failed) {
      const from = state.next;
      state.next = Math.min(range.end, from + pieceSize);
      await to.pour(source, { from, end: state.next }, written, call);
    }
  };
  const both = async (to: RemoteFile, mayGoOn: () => boolean) => {
    try {
      await settled(Array.from({ length: atOnce }, () => work(to, mayGoOn)));
    } catch (error) {
      state.failed = true;
      throw error;
    }
  };
  const lane = async (cancellation: Cancellation) => {
    // One that fails before it has a piece is none: the file goes over those that there are.
    const more = await lanes.open(cancellation).catch(() => undefined);
    if (!more) return;
    const opening = new Call(cancellation);
    try {
      const to = await more.files.open(path, "r+", undefined, opening).catch(() => undefined);
      if (!to) return;
      try {
        await both(to, more.mayGoOn);
        await to.close(call);
      } finally {
        to.abandon();
      }
    } finally {
      opening.dispose();
      more.close();
    }
  };
  const cancellations = Array.from({ length: count - 1 }, () => new Cancellation());
  const others = cancellations.map(lane);
  // A channel that comes when there is nothing left to be written would be waited for in vain.
  const first = both(file, () => true).finally(() => {
    for (const cancellation of cancellations) cancellation.request();
  });
  await settled([first, ...others]);
}

/** Waits for all of them, and throws the first failure then. */
async function settled(tasks: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(tasks);
  const failure = outcomes.find((each) => each.status === "rejected");
  if (failure) throw failure.reason;
}
