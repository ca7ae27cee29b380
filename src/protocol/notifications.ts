import * as z from "zod/mini";
import { forward } from "./forward.ts";
import { entry } from "./fs-fields.ts";
import { loggedIn } from "./ssh.ts";
import { bytes, described, encoding, session, token, workDoneToken } from "./schema.ts";

/** What the contract says of one notification. */
export interface Notification {
  /** One line. */
  readonly summary: string;
  /** What a receiver must know beyond the params' own descriptions. */
  readonly description?: string;
  readonly params: () => z.ZodMiniObject;
}

const total = () =>
  described(z.int(), "The file's size in bytes; of a tree that of the files found so far.");
const moved = () => described(z.int(), "How many of them have come, or gone.");

const counts = () => ({
  files: z.optional(described(z.int(), "Of `fs.get` and `fs.put`: files that are over.")),
  totalFiles: z.optional(
    described(
      z.int(),
      "Of `fs.get` and `fs.put`: files found so far that are to be transferred; `total` has their bytes.",
    ),
  ),
});

const losses = ["ConnectionLost", "Disconnected", "KeepaliveTimeout"] as const;

const lossWords = () => ({
  message: described(z.string(), "One line for a person; a server's own words may be in it."),
  stderr: z.optional(
    described(
      z.string(),
      "Of a session over a proxy command: the end of what that wrote to stderr, control characters removed.",
    ),
  ),
});

/** Every notification that the daemon sends. */
export const notifications = {
  "session/output": {
    summary: "Output of a streamed command.",
    params: () =>
      z.strictObject({
        token: token(),
        seq: described(z.int(), "Counts up from 0 over both streams of the command."),
        stream: z.enum(["stdout", "stderr"]),
        data: bytes,
        encoding: described(
          encoding(),
          "How `data` carries the bytes; as text, a UTF-8 character is never cut in two.",
        ),
      }),
  },
  "fs/entries": {
    summary: "Entries of a directory that `fs.readdir` streams.",
    params: () =>
      z.strictObject({
        token: token(),
        seq: described(z.int(), "Counts up from 0."),
        entries: z.array(entry()),
      }),
  },
  "forward/closed": {
    summary: "A forward has ended that `forward.close` didn't end.",
    params: () =>
      z.strictObject({
        forward: forward(),
        reason: described(
          z.enum(["session", "listener", "refused"]),
          "Its session has ended; it can't listen any longer; or its session was connected to again, and the server doesn't let it listen there any more.",
        ),
        message: z.string(),
      }),
  },
  "forward/failed": {
    summary: "A connection could not be made; who asked for it was refused.",
    params: () =>
      z.strictObject({
        forward: forward(),
        to: described(
          z.union([
            z.strictObject({ host: z.string(), port: z.int() }),
            z.strictObject({ path: z.string() }),
          ]),
          "Where it was to lead.",
        ),
        kind: described(z.string(), "As in an error's `data`."),
        message: z.string(),
        reason: z.optional(described(z.int(), "The server's refusal, the code of RFC 4254 §5.1.")),
        errno: z.optional(
          described(z.string(), "The system's name of the error, as `ECONNREFUSED`."),
        ),
      }),
  },
  "$/progress": {
    summary: "How far a transfer is whose call has a `workDoneToken`.",
    description:
      "`begin` when the file's bytes begin to flow; `report` at most ten times a second, and not at all for a short transfer; `end` once, before the reply, also after a failure. Without `begin` there is no `end`.",
    params: () =>
      z.strictObject({
        token: workDoneToken(),
        value: z.union([
          z.strictObject({
            kind: z.literal("begin"),
            title: z.enum(["scpRecv", "scpSend", "scpSendfile", "get", "put"]),
            total: total(),
            ...counts(),
          }),
          z.strictObject({
            kind: z.literal("report"),
            bytes: moved(),
            total: total(),
            percentage: described(z.int(), "Rounded down."),
            ...counts(),
          }),
          z.strictObject({ kind: z.literal("end"), bytes: moved(), total: total(), ...counts() }),
        ]),
      }),
  },
  "$/logTrace": {
    summary: "A step of a request on its way: received, dispatched, replied.",
    description: "Sent where `$/setTrace` asked for it. Holds no params, no results, no payload.",
    params: () =>
      z.strictObject({
        message: described(z.string(), "One line, for a person."),
        verbose: z.optional(described(z.string(), "More of it, where `verbose` was asked for.")),
      }),
  },
  "window/logMessage": {
    summary: "A line of the daemon's log.",
    description: "Sent to clients that asked for it in `initialize`, whatever `--log-level` is.",
    params: () =>
      z.strictObject({
        type: described(
          z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
          "1 error, 2 warn, 3 info, 4 debug.",
        ),
        message: z.string(),
      }),
  },
  "session/closed": {
    summary:
      "A session has ended, and the client didn't end it. Its handle stays until it is freed.",
    params: () =>
      z.strictObject({
        session: session(),
        reason: z.strictObject({
          kind: described(
            z.enum([
              ...losses,
              "HostKeyRejected",
              "ConnectFailed",
              "HandshakeFailed",
              "AuthenticationFailed",
            ]),
            "The connection broke; the server said that it ends it (RFC 4253 §11.1); it gave no sign of life any more; or it came with another host key in a later key exchange. Of a session that was to reconnect, also why it can't: as an error of `ssh.new`.",
          ),
          ...lossWords(),
        }),
      }),
  },
  "session/lost": {
    summary:
      "A session with `reconnect` has lost its connection, and is connected to again. `session/restored` or `session/closed` follows.",
    params: () =>
      z.strictObject({
        session: session(),
        reason: z.strictObject({
          kind: described(
            z.enum(losses),
            "The connection broke; the server said that it ends it (RFC 4253 §11.1); or it gave no sign of life any more.",
          ),
          ...lossWords(),
        }),
      }),
  },
  "session/restored": {
    summary: "A session that was lost is connected to again, under the handle that it had.",
    description: "With what `ssh.new` tells of the new connection.",
    params: loggedIn,
  },
  "$/cancelRequest": {
    summary: "The answer to a `client/prompt` is not waited for any more.",
    params: () => z.strictObject({ id: described(z.int(), "That of the daemon's request.") }),
  },
} as const satisfies Record<string, Notification>;

/** One that the client sends. */
interface ClientNotification extends Notification {
  /** The params that may be given by position, in that order. */
  readonly positional: readonly string[];
}

/** Every notification that the client may send. A method's name without an `id` is one too. */
export const clientNotifications = {
  initialized: {
    summary: "The client has the reply to `initialize`; changes nothing, as in LSP.",
    positional: [],
    params: () => z.looseObject({}),
  },
  exit: {
    summary:
      "Ends the daemon, and every session with it: with exit code 0 after `shutdown`, else 1.",
    positional: [],
    params: () => z.looseObject({}),
  },
  "$/cancelRequest": {
    summary: "Cancels a request in flight.",
    positional: ["id"],
    params: () =>
      z.looseObject({
        id: described(z.union([z.string(), z.number()]), 'The request\'s id; `1` is not `"1"`.'),
      }),
  },
  "$/setTrace": {
    summary: "Says whether the daemon sends `$/logTrace`, from now on.",
    positional: ["value"],
    params: () => z.looseObject({ value: z.enum(["off", "messages", "verbose"]) }),
  },
} as const satisfies Record<string, ClientNotification>;

export type NotificationName = keyof typeof notifications;

export type NotificationParams<N extends NotificationName> = z.output<
  ReturnType<(typeof notifications)[N]["params"]>
>;

export type ClientNotificationName = keyof typeof clientNotifications;

export type ClientNotificationParams<N extends ClientNotificationName> = z.output<
  ReturnType<(typeof clientNotifications)[N]["params"]>
>;

export type TraceValue = ClientNotificationParams<"$/setTrace">["value"];
