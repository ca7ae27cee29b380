import type { SessionChannel } from "../connection/channels/channel.ts";
import type { Room } from "../flow/room.ts";

/** Where a command's output goes. */
export interface OutputSink {
  /** Whether another command may begin that has its output in here; without it, it may. */
  readonly room?: Room;
  /**
   * Takes a channel's output from now on.
   *
   * @returns a promise that rejects when the command must not go on, and else stays open
   */
  takeFrom(channel: SessionChannel): Promise<never>;
  /** Whether output waits here for the receiver: the server may be kept from sending more by that. */
  isHeldUp(): boolean;
  /** The command is being ended, which is not to wait until the receiver grants more. */
  release(): void;
  /** Resolves when everything that was taken has been handed on; once released, as far as it is granted. */
  drained(): Promise<void>;
}
