import type { RoundTrip } from "../../flow/receive-window.ts";

/** What a channel needs of the connection that carries it. */
export interface Carrying {
  /** Resolves when it can take more. */
  readonly drained: () => Promise<void>;
  /** Resolves when it may go on that has written as much as a turn has room for. */
  readonly nextTurn: () => Promise<void>;
  /** Called when the server sends more than its window allows. */
  readonly onOverrun: () => void;
  readonly roundTrip: RoundTrip;
}
