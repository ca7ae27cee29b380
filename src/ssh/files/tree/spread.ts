import { Cancellation } from "../../../protocol/cancellation.ts";
import { Call } from "../../support/call.ts";
import { hasCode } from "../support/remote-error.ts";
import type { ByteSource, RemoteFile, RemoteFiles } from "../support/remote-files.ts";
import { Pieces } from "./pieces.ts";
import type { Range } from "./pieces.ts";

/** A further channel for the files of a session, that is only lent. */
export interface Lane {
  readonly files: RemoteFiles;
  /** Whether nobody needs the channel for something better. */
  readonly mayGoOn: () => boolean;
  /** Safe to repeat. */
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

/** Pieces that are under way on each channel. */
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
 * The channels that a large file goes over beside the first one, where the link's delay makes a
 * channel's window the limit: windows are each channel's own. From here on they are being opened.
 */
export class FurtherLanes {
  readonly all: readonly { coming: Promise<Lane | undefined>; cancellation: Cancellation }[];

  /** @param size bytes that the file is to get */
  constructor(lanes: Lanes | undefined, size: number) {
    const count = lanes ? lanesFor(size, lanes.roundTrip) : 1;
    this.all = Array.from({ length: count - 1 }, () => {
      const cancellation = new Cancellation();
      // One that can't be had is none: the file goes over those that there are.
      const coming = lanes?.open(cancellation).catch(() => undefined);
      return { coming: coming ?? Promise.resolve(undefined), cancellation };
    });
  }

  /** Those that haven't begun aren't wanted any more. */
  dismiss(): void {
    for (const { cancellation } of this.all) cancellation.request();
  }

  /** Gives all of them back. */
  close(): void {
    this.dismiss();
    for (const { coming } of this.all) void coming.then((lane) => lane?.close());
  }
}

/**
 * Writes a range of a file, over several channels where there are more. What a further one has left
 * undone the others do.
 *
 * @param path where `file` lies
 */
export async function spread(
  file: RemoteFile,
  path: Buffer,
  source: ByteSource,
  range: Range,
  written: (bytes: number) => void,
  further: FurtherLanes,
  call: Call,
): Promise<void> {
  if (further.all.length === 0) return file.pour(source, range, written, call);
  const pieces = new Pieces(range);
  const work = async (to: RemoteFile, mayGoOn: () => boolean) => {
    while (mayGoOn()) {
      const piece = pieces.take();
      if (!piece) return;
      const state = { taken: 0 };
      const told = (bytes: number) => {
        state.taken += bytes;
        written(bytes);
      };
      await to.pour(source, piece, told, call).catch((error: unknown) => {
        throw new Unwritten(piece, state, error);
      });
    }
  };
  /** @returns what went wrong */
  const both = async (to: RemoteFile, mayGoOn = () => true): Promise<Unwritten[]> => {
    let isWell = true;
    const one = () =>
      work(to, () => isWell && mayGoOn()).catch((error: unknown) => {
        isWell = false;
        throw error;
      });
    const outcomes = await Promise.allSettled(Array.from({ length: atOnce }, one));
    return outcomes.flatMap((each) => (each.status === "rejected" ? [reasonOf(each)] : []));
  };
  const first = async () => {
    const [failure] = await both(file);
    if (failure) throw failure.reason;
  };
  const lane = async ({ files, mayGoOn, close }: Lane, cancellation: Cancellation) => {
    const opening = new Call(cancellation);
    try {
      const to = await files.open(path, "r+", undefined, opening).catch(() => undefined);
      if (!to) return;
      try {
        const lost = await both(to, mayGoOn);
        await quiet(to, lost, call);
        for (const { piece, state } of lost) {
          written(-state.taken);
          pieces.giveBack(piece);
        }
      } finally {
        to.abandon();
      }
    } finally {
      opening.dispose();
      close();
    }
  };
  const stopping = async (task: Promise<void>) => {
    try {
      await task;
    } catch (error) {
      pieces.stop();
      throw error;
    }
  };
  const others = further.all.map(async ({ coming, cancellation }) => {
    const more = await coming;
    if (more) await lane(more, cancellation);
  });
  // A channel that comes when there is nothing left to be written would be waited for in vain.
  const begun = first().finally(() => further.dismiss());
  await settled([begun, ...others].map(stopping));
  while (pieces.hasMore) await first();
}

/** Waits until the server does nothing any more of what was asked for a file. */
async function quiet(file: RemoteFile, lost: readonly Unwritten[], call: Call): Promise<void> {
  // The channel's program has ended.
  if (lost.some(({ reason }) => hasCode(reason, "EPIPE"))) return;
  try {
    // Carried out behind all that came before.
    await file.close(call);
  } catch (error) {
    if (lost.length === 0 || !hasCode(error, "EPIPE")) throw error;
  }
}

/** A piece that the server hasn't taken whole. */
class Unwritten {
  readonly piece: Range;
  /** Bytes of it that it has taken: what was under way when one failed counts, too. */
  readonly state: { readonly taken: number };
  readonly reason: unknown;

  constructor(piece: Range, state: { readonly taken: number }, reason: unknown) {
    this.piece = piece;
    this.state = state;
    this.reason = reason;
  }
}

const reasonOf = ({ reason }: PromiseRejectedResult) => reason as Unwritten;

/** Waits for all of them, and throws the first failure then. */
async function settled(tasks: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(tasks);
  const failure = outcomes.find((each) => each.status === "rejected");
  if (failure) throw failure.reason;
}
