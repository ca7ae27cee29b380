import type { Call } from "../support/call.ts";

/**
 * Whether there is room for more output to the client: `undefined` if there is, else a promise that
 * resolves when there is again. Until then no more is to be produced.
 */
export type Room = () => Promise<void> | undefined;

/** What waits for room: a channel, as far as that concerns it. */
interface Waiting {
  readonly isOpen: boolean;
  readonly closed: Promise<void>;
  close(): void;
}

/** Has a call with a channel wait until there is room; if the call ends first, the channel is closed. */
export async function untilRoom(room: Room, channel: Waiting, call: Call): Promise<void> {
  const { phase } = call;
  try {
    for (let awaited = room(); awaited && channel.isOpen; awaited = room()) {
      call.phase = "queue";
      await call.race(Promise.race([awaited, channel.closed]));
    }
  } catch (error) {
    channel.close();
    throw error;
  }
  call.phase = phase;
}
