/** How files are reached, and their bytes. */
import * as z from "zod/mini";
import {
  fileErrors,
  file,
  common,
  onPath,
  fromTo,
  offset,
  length,
  permissions,
  done,
  nameEncoding,
  content,
} from "./fs-fields.ts";
import { limits } from "./limits.ts";
import { method } from "./method.ts";
import { described, inputBytes, inputEncoding, outputEncoding } from "./schema.ts";

export const info = method({
  summary: "How the server's files are reached.",
  positional: ["session"],
  params: () => z.strictObject(common()),
  result: () =>
    z.strictObject({
      via: described(
        z.enum(["sftp", "shell"]),
        "`sftp`, or `shell` where the server has no SFTP: see Files.",
      ),
      extensions: described(
        z.array(z.string()),
        "What the server's SFTP has beyond the draft, by name.",
      ),
      home: described(
        z.nullable(z.string()),
        "The folder from which relative paths count, the account's home mostly.",
      ),
      encoding: nameEncoding(),
    }),
  errors: fileErrors,
});

export const readFile = method({
  summary: "A file's bytes, or a range of them.",
  positional: ["session", "path", "offset", "length"],
  params: () =>
    z.strictObject({
      ...onPath(),
      offset: described(z._default(offset(), 0), "Bytes from the file's beginning, 0 or more."),
      length: z.optional(
        described(length(), "The most that is read, in bytes. Default: all up to the file's end."),
      ),
      encoding: z.optional(outputEncoding()),
      maxOutput: z.optional(
        described(
          z.int().check(z.minimum(0), z.maximum(limits.maxOutput)),
          `Bytes, 0 to ${limits.maxOutput}, beyond which the call fails. Default: ${limits.maxOutput}.`,
        ),
      ),
    }),
  result: content,
  errors: [...fileErrors, "OutputTooLarge", "NotUtf8"],
});

export const writeFile = method({
  summary: "Makes a file of these bytes, or changes one.",
  description:
    "With the flag `w` they are written to a temporary name beside the file, which is renamed over it when whole: until then, and where that fails, the old file stays. It keeps the old one's permissions, and its owners where the server allows that. Behind a symbolic link it is the file that is linked to; what is no regular file is written to as it is.",
  positional: ["session", "path", "data"],
  params: () =>
    z.strictObject({
      ...onPath(),
      data: inputBytes("The bytes."),
      encoding: z.optional(inputEncoding()),
      flag: described(
        z._default(z.enum(["w", "wx", "a", "r+"]), "w"),
        "`w` replaces the file as a whole, or makes it; `wx` makes it, and fails with EEXIST where it is there; `a` appends, and makes it where it isn't there; `r+` writes into one that is there, at `offset`.",
      ),
      offset: described(
        z._default(offset(), 0),
        "With `r+`: bytes from the file's beginning, 0 or more.",
      ),
      mode: z.optional(
        described(
          permissions(),
          "The permission bits of a new file, 0 to 4095 (07777), from which the remote's umask is taken. Default: the server's, mostly 438 (0666).",
        ),
      ),
    }),
  result: () => z.strictObject({ bytes: described(z.int(), "How many were written.") }),
  errors: fileErrors,
});

export const copyFile = method({
  summary: "Copies a file on the server's side, and replaces what has the new name.",
  description:
    "As `fs.writeFile` writes: to a temporary name first. A new file gets the mode of the copied one.",
  positional: ["session", "from", "to"],
  params: () => z.strictObject(fromTo()),
  result: done,
  errors: fileErrors,
});

export const open_ = method({
  summary: "Opens a file; its handle lives until `file.close`, or until its session is freed.",
  positional: ["session", "path", "flags", "mode"],
  params: () =>
    z.strictObject({
      ...onPath(),
      flags: described(
        z._default(z.enum(["r", "r+", "w", "wx", "w+", "wx+", "a", "ax", "a+", "ax+"]), "r"),
        "As fopen(3)'s; with `x` it must not be there yet. Written to in place.",
      ),
      mode: z.optional(
        described(
          permissions(),
          "The permission bits of a new file, 0 to 4095 (07777), from which the remote's umask is taken.",
        ),
      ),
    }),
  result: () => z.strictObject({ file: file() }),
  errors: fileErrors,
});
