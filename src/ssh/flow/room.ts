import type { Call } from "../support/call.ts";

/**
 * Tells whether there is room for more of what the client will have to take: `undefined` where there
 * is, else a promise that resolves when there is again. Until then nothing more is to be gathered.
 */
export type Room = () => Promise<void> | undefined;

/** What waits for room: a channel, as far as that concerns it. */
interface Waiting {
  readonly isOpen: boolean;
  readonly closed: Promise<void>;
  close(): void;
}

/** Keeps a call waiting that has a channel, until there is room; one that ends first closes it. */
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
