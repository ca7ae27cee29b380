import type { Recent } from "../../flow/recent.ts";
import type { RoundTrip } from "../../flow/round-trip.ts";

/** What a channel needs of the connection that carries it. */
export interface Carrying {
  /**
   * Resolves when the connection can take more; undefined where it can already.
   *
   * @param written bytes that were just written, which count towards the turn
   */
  readonly drained: (written?: number) => Promise<void> | undefined;
  /** To be awaited after a turn's worth of bytes: resolves when the channel may go on writing. */
  readonly nextTurn: () => Promise<void>;
  /** Called when the server sends more than its window allows. */
  readonly onOverrun: () => void;
  readonly roundTrip: RoundTrip;
  /** When channels sent something to the server, whose answer comes behind what the others have under way. */
  readonly asked: Recent;
}
