import type { Wire } from "../rpc/peer.ts";

/** The way to a daemon. It keeps the event loop alive only while it is busy. */
export interface Link extends Wire {
  /** The daemon's process id, where it is our own. */
  readonly pid: number | undefined;
  /** Ends it without more ado. */
  kill(): void;
  /** Ends the daemon's input, and waits for its end; kills it where it doesn't end. */
  end(patienceMs: number): Promise<void>;
}

/** What is done with what comes of a daemon. */
export interface LinkEvents {
  onData(chunk: Buffer): void;
  /** Once, when all that it wrote has been read. */
  onEnd(how: string): void;
}
