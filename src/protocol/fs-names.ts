/** Directories, and the names in them. */
import * as z from "zod/mini";
import { fileErrors, onPath, fromTo, permissions, done, nameEncoding, entry } from "./fs-fields.ts";
import { method } from "./method.ts";
import { described, inputBytes, inputEncoding, token } from "./schema.ts";

export const readdir = method({
  summary: "A directory's entries, without `.` and `..`, in the server's order.",
  description:
    "With `stream`, they come in `fs/entries` notifications with the call's `token`, as far as the client has granted: `window` entries at first, and more by `session.windowAdjust`, whose `bytes` are entries here. What isn't granted isn't asked for.",
  positional: ["session", "path"],
  params: () =>
    z.strictObject({
      ...onPath(),
      stream: z._default(z.boolean(), false),
      token: z.optional(token()),
      window: z.optional(
        described(
          z.int().check(z.minimum(0)),
          "With `stream`: the entries, from 0, that may be sent before the client grants more. Default: 10000.",
        ),
      ),
    }),
  result: () =>
    z.union([
      z.strictObject({ entries: z.array(entry()) }),
      z.strictObject({ count: described(z.int(), "With `stream`: entries sent.") }),
    ]),
  errors: [...fileErrors, "OutputTooLarge"],
});

export const mkdir = method({
  summary: "Makes a directory.",
  positional: ["session", "path"],
  params: () =>
    z.strictObject({
      ...onPath(),
      recursive: described(
        z._default(z.boolean(), false),
        "Makes those that it lies in too; one that is there already is no error.",
      ),
      mode: z.optional(
        described(
          permissions(),
          "The permission bits, 0 to 4095 (07777), from which the remote's umask is taken. Default: 511 (0777).",
        ),
      ),
    }),
  result: done,
  errors: fileErrors,
});

export const rm = method({
  summary: "Removes a file, or with `recursive` a directory and what is in it.",
  description:
    "A symbolic link is removed itself, and never followed. `/`, `.` and `..` are refused.",
  positional: ["session", "path"],
  params: () =>
    z.strictObject({
      ...onPath(),
      recursive: z._default(z.boolean(), false),
      force: described(z._default(z.boolean(), false), "What isn't there is no error."),
    }),
  result: done,
  errors: fileErrors,
});

export const rmdir = method({
  summary: "Removes an empty directory.",
  positional: ["session", "path"],
  params: () => z.strictObject(onPath()),
  result: done,
  errors: fileErrors,
});

export const unlink = method({
  summary: "Removes a file or a symbolic link.",
  positional: ["session", "path"],
  params: () => z.strictObject(onPath()),
  result: done,
  errors: fileErrors,
});

export const rename = method({
  summary: "Renames a file or a directory, and replaces what has the new name.",
  positional: ["session", "from", "to"],
  params: () =>
    z.strictObject({
      ...fromTo(),
      overwrite: described(
        z._default(z.boolean(), true),
        "`false`: where the new name is taken the call fails with EEXIST.",
      ),
    }),
  result: done,
  errors: fileErrors,
});

export const link = method({
  summary: "Gives a file a further name (a hard link).",
  positional: ["session", "from", "to"],
  params: () => z.strictObject(fromTo()),
  result: done,
  errors: fileErrors,
});

export const symlink = method({
  summary: "Makes a symbolic link.",
  positional: ["session", "target", "path"],
  params: () =>
    z.strictObject({
      ...onPath(),
      target: inputBytes("What the link says, at most 60000 bytes; it need not be there."),
      targetEncoding: z.optional(inputEncoding()),
    }),
  result: done,
  errors: fileErrors,
});

const pathResult = () => z.strictObject({ path: z.string(), encoding: nameEncoding() });

export const readlink = method({
  summary: "What a symbolic link says.",
  positional: ["session", "path"],
  params: () => z.strictObject(onPath()),
  result: pathResult,
  errors: fileErrors,
});

export const realpath = method({
  summary: "The absolute path, without symbolic links, `.` and `..`.",
  description:
    "`~` at the beginning is the account's home, `~NAME` another's (expand-path@openssh.com). The last part need not be there.",
  positional: ["session", "path"],
  params: () => z.strictObject(onPath()),
  result: pathResult,
  errors: fileErrors,
});
