/** Files and whole trees of them, between the two sides. */
import * as z from "zod/mini";
import { common, fileErrors, remotePath } from "./fs-fields.ts";
import { method } from "./method.ts";
import {
  described,
  idleTimeout,
  inputEncoding,
  listParam,
  localPath,
  workDoneToken,
} from "./schema.ts";

/** The options that `fs.get` and `fs.put` share. */
const treeOptions = () => ({
  recursive: described(
    z._default(z.boolean(), false),
    "Takes a directory with what is in it; without, a directory is an error.",
  ),
  preserve: described(
    z._default(z.boolean(), false),
    "Gives files and directories the times and the permission bits (without set-user-ID and set-group-ID) of the source's.",
  ),
  overwrite: described(
    z._default(z.enum(["always", "changed", "never"]), "always"),
    "What becomes of a file that is there already: `changed` replaces it where its size or its time (in whole seconds) differs, and gives what it transfers the source's times.",
  ),
  delete: described(
    z._default(z.boolean(), false),
    "Removes from the destination's directories what the source's haven't, but nothing that is excluded.",
  ),
  exclude: described(
    z._default(
      listParam(
        z.array(z.string().check(z.minLength(1), z.maxLength(1000))).check(z.maxLength(1000)),
      ),
      [],
    ),
    "Globs of what is left out: `*`, `?`, `[…]`, and `**` for any number of directories. One without `/` is of a name at any depth, others are of a path below the source; with `/` at its end it is of directories only.",
  ),
  symlinks: described(
    z._default(z.enum(["copy", "follow", "skip"]), "copy"),
    "Symbolic links within a tree: makes the same links, takes what they lead to, or leaves them out. The source itself is always followed.",
  ),
  resume: described(
    z._default(z.boolean(), false),
    "Goes on with what an earlier attempt left of a file, as far as its hash shows it to be the same, and leaves what comes of this one if it fails. Where the server can't hash it begins anew.",
  ),
  dryRun: described(
    z._default(z.boolean(), false),
    "Changes nothing; the result is what would have been done.",
  ),
  idleTimeout: z.optional(idleTimeout()),
  workDoneToken: z.optional(workDoneToken()),
});

const treeResult = () =>
  z.strictObject({
    files: described(z.int(), "Files transferred."),
    directories: described(z.int(), "Directories made."),
    symlinks: described(z.int(), "Symbolic links made."),
    bytes: described(z.int(), "Bytes of the files transferred."),
    skipped: described(
      z.int(),
      "Files and links that were there already, or were left out; what is neither file nor directory nor link.",
    ),
  });

const atomic =
  "`dest` is the name of the result itself, never a directory to put it into. Each file is written under a temporary name beside its destination and renamed when it is whole: until then, and where that fails, the old one stays. One that changes meanwhile is an error of its own (`CHANGED`). Where some files fail, the others are transferred all the same, and the error is TransferIncomplete; where it was a single file, its own.";

export const get = method({
  summary: "Receives a file, or with `recursive` a directory and what is in it.",
  description: `${atomic} Names from the server that could lead elsewhere are refused, and links at the destination are never gone through, but \`dest\` itself.`,
  positional: ["session", "source", "dest"],
  params: () =>
    z.strictObject({
      ...common(),
      source: remotePath(),
      sourceEncoding: z.optional(inputEncoding()),
      dest: localPath(),
      ...treeOptions(),
    }),
  result: treeResult,
  errors: [...fileErrors, "LocalFileError", "TransferIncomplete"],
});

export const put = method({
  summary: "Sends a file, or with `recursive` a directory and what is in it.",
  description: atomic,
  positional: ["session", "source", "dest"],
  params: () =>
    z.strictObject({
      ...common(),
      source: localPath(),
      dest: remotePath(),
      destEncoding: z.optional(inputEncoding()),
      ...treeOptions(),
    }),
  result: treeResult,
  errors: [...fileErrors, "LocalFileError", "TransferIncomplete"],
});
