import type { SessionChannel } from "../channels/channel.ts";

/** Where a command's output goes. */
export interface OutputSink {
  /**
   * Takes a channel's output from now on.
   *
   * @returns a promise that rejects when the command must not go on, and else stays open
   */
  takeFrom(channel: SessionChannel): Promise<never>;
  /** The command is being ended, which is not to wait until the receiver grants more. */
  release(): void;
  /** Resolves when everything that was taken has been handed on. */
  drained(): Promise<void>;
}
