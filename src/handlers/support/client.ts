import type { Params } from "../../protocol/methods.ts";
import type { Ask } from "../../protocol/prompt.ts";
import type { Room } from "../../ssh/flow/room.ts";
import type { NotificationName, NotificationParams } from "../../protocol/notifications.ts";

/** What the client says in `initialize` that it can do. */
export type Capabilities = NonNullable<Params<"initialize">["capabilities"]>;

/** The client, as handlers deal with it. */
export interface Client {
  /** How remote bytes go to it where a call forces nothing: else as text or, failing that, base64. */
  readonly defaultEncoding: "binary" | undefined;
  /** Asks the client's user; undefined where the client hasn't said that it can. */
  readonly ask: Ask | undefined;
  /** Settles what the connection can grant of the client's wishes. */
  agree(wanted: Capabilities): { binaryFrames: boolean };
  /** Sends a notification of the contract; resolves when the operating system has it. */
  notify<N extends NotificationName>(method: N, params: NotificationParams<N>): Promise<void>;
  /** Whether it takes what is sent to it: what a reply will hold is gathered only while it does. */
  readonly room: Room;
  /** Says in the log what its user should know; a client may have it sent to it. */
  warn(text: string): void;
}
