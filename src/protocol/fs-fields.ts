/** What the methods of a session's files share. */
import * as z from "zod/mini";
import { sessionErrors } from "./session.ts";
import {
  bytes,
  described,
  encoding,
  inputBytes,
  inputEncoding,
  session,
  timeout,
} from "./schema.ts";

/** What every method of a session's files may fail with. */
export const fileErrors = [...sessionErrors, "RemoteFileError", "NotSupported"] as const;

export const file = () =>
  described(
    z.int().check(z.positive()),
    "The handle that `fs.open` gave: a positive integer, never reused.",
  );

export const remotePath = (what = "The remote path") =>
  inputBytes(
    `${what}, taken literally, at most 60000 bytes; a relative one counts from the account's home.`,
  );

/** A method's params that every one has: the session, and the call's deadline. */
export const common = () => ({ session: session(), timeout: z.optional(timeout()) });

/** One remote path. */
export const onPath = () => ({
  ...common(),
  path: remotePath(),
  pathEncoding: z.optional(inputEncoding()),
});

/** Two remote paths, `from` and `to`. */
export const fromTo = () => ({
  ...common(),
  from: remotePath("The remote path of what there is"),
  fromEncoding: z.optional(inputEncoding()),
  to: remotePath("The remote path that it gets"),
  toEncoding: z.optional(inputEncoding()),
});

export const offset = () => z.int().check(z.minimum(0));
export const length = () => z.int().check(z.minimum(0));
export const permissions = () => z.int().check(z.minimum(0), z.maximum(0o7777));
export const size = () =>
  described(z.int().check(z.minimum(0)), "The new size in bytes; what is added is zeros.");
export const done = () => z.literal(true);

/** The encoding of a name or a path in a result; left out if that is UTF-8. */
export const nameEncoding = () =>
  described(
    z.optional(z.literal("base64")),
    "There where the bytes are no UTF-8, and come as base64.",
  );

const found = () => ({
  type: z.enum(["file", "directory", "symlink", "fifo", "socket", "block", "character", "unknown"]),
  size: described(z.nullable(z.int()), "In bytes; `null`, as the others, where it isn't told."),
  mode: described(z.nullable(z.int()), "The permission bits, 0 to 4095 (07777)."),
  uid: z.nullable(z.int()),
  gid: z.nullable(z.int()),
  atime: described(z.nullable(z.number()), "Seconds since 1970, of the last access."),
  mtime: described(z.nullable(z.number()), "Seconds since 1970, of the last change."),
  owner: z.optional(described(z.string(), "The user's name, where the server tells it.")),
  group: z.optional(described(z.string(), "The group's name, where the server tells it.")),
});

export const fileStat = () => z.strictObject(found());

/** An entry of a directory, as in a result and in a notification. */
export const entry = () =>
  z.strictObject({ name: z.string(), encoding: nameEncoding(), ...found() });

export const content = () =>
  z.strictObject({
    data: bytes,
    encoding: encoding(),
    bytes: described(z.int(), "How many there are."),
  });
