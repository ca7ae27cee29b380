import * as z from "zod/mini";
import { bytes, described, encoding, token } from "./schema.ts";

/** What the contract says of one notification from the daemon. */
export interface Notification {
  /** One line. */
  readonly summary: string;
  readonly params: z.ZodMiniObject;
}

/** Every notification that the daemon sends of itself. */
export const notifications = {
  "session/output": {
    summary: "Output of a streamed command.",
    params: z.strictObject({
      token,
      seq: described(z.int(), "Counts up from 0 over both streams of the command."),
      stream: z.enum(["stdout", "stderr"]),
      data: bytes,
      encoding: described(
        encoding,
        "How `data` carries the bytes; a UTF-8 character is never cut in two.",
      ),
    }),
  },
} as const satisfies Record<string, Notification>;

export type NotificationName = keyof typeof notifications;

export type NotificationParams<N extends NotificationName> = z.output<
  (typeof notifications)[N]["params"]
>;
