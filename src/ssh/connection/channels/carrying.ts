import type { RoundTrip } from "../../flow/receive-window.ts";

/** What a channel needs of the connection that carries it. */
export interface Carrying {
  /**
   * Resolves when it can take more; undefined where it can already.
   *
   * @param written bytes that were written just now, of those that a turn has room for
   */
  readonly drained: (written?: number) => Promise<void> | undefined;
  /** Resolves when it may go on that has written as much as a turn has room for. */
  readonly nextTurn: () => Promise<void>;
  /** Called when the server sends more than its window allows. */
  readonly onOverrun: () => void;
  readonly roundTrip: RoundTrip;
}
