import type { SessionChannel } from "../connection/channels/channel.ts";
import type { Room } from "../flow/room.ts";

/** Where a command's output goes. */
export interface OutputSink {
  /** See {@link Room}: whether another command may begin that writes its output here. Left out: always. */
  readonly room?: Room;
  /**
   * Takes a channel's output from now on.
   *
   * @returns a promise that rejects when the command must not go on, and else stays open
   */
  takeFrom(channel: SessionChannel): Promise<never>;
  /** Whether output waits here for the receiver, so that the server may have to wait. */
  isHeldUp(): boolean;
  /** The command is being ended, which is not to wait until the receiver grants more. */
  release(): void;
  /** Resolves when everything that was taken has been handed on; once released, as far as it is granted. */
  drained(): Promise<void>;
}
