import * as z from "zod/mini";
import { limits } from "./limits.ts";
import { method } from "./method.ts";
import {
  bytes,
  described,
  encoding,
  idleTimeout,
  inputBytes,
  inputEncoding,
  listParam,
  localPath,
  outputEncoding,
  session,
  timeout,
  token,
  workDoneToken,
} from "./schema.ts";

/** What every method of a session's files may fail with. */
export const fileErrors = [
  "SessionNotFound",
  "SessionClosed",
  "ConnectionLost",
  "ChannelOpenFailed",
  "ChannelRequestDenied",
  "Timeout",
  "RemoteFileError",
  "NotSupported",
] as const;

export const file = () =>
  described(
    z.int().check(z.positive()),
    "The handle that `fs.open` gave: a positive integer, never reused.",
  );

const remotePath = (what = "The remote path") =>
  inputBytes(
    `${what}, taken literally, at most 60000 bytes; a relative one counts from the account's home.`,
  );

/** A method's params that every one has: the session, and the call's deadline. */
const common = () => ({ session: session(), timeout: z.optional(timeout()) });

/** One remote path. */
const onPath = () => ({
  ...common(),
  path: remotePath(),
  pathEncoding: z.optional(inputEncoding()),
});

/** Two of them. */
const fromTo = () => ({
  ...common(),
  from: remotePath("The remote path of what there is"),
  fromEncoding: z.optional(inputEncoding()),
  to: remotePath("The remote path that it gets"),
  toEncoding: z.optional(inputEncoding()),
});

export const offset = () => z.int().check(z.minimum(0));
export const length = () => z.int().check(z.minimum(0));
const permissions = () => z.int().check(z.minimum(0), z.maximum(0o7777));
const id = () => z.int().check(z.minimum(0), z.maximum(0xffffffff));
const time = (what: string) =>
  described(
    z.number().check(z.minimum(0), z.maximum(0xffffffff)),
    `The time of the last ${what}, in seconds since 1970, 0 to 4294967295; fractions are cut off.`,
  );
export const size = () =>
  described(z.int().check(z.minimum(0)), "The new size in bytes; what is added is zeros.");
const done = () => z.literal(true);

const followLinks = () =>
  described(
    z._default(z.boolean(), true),
    "Where the path is a symbolic link: whether it is what it leads to that is changed, or the link itself (lsetstat@openssh.com).",
  );

/** A name or a path in a result; `encoding` is there only where it is no UTF-8. */
const nameEncoding = () =>
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

const pathResult = () => z.strictObject({ path: z.string(), encoding: nameEncoding() });

export const content = () =>
  z.strictObject({
    data: bytes,
    encoding: encoding(),
    bytes: described(z.int(), "How many there are."),
  });

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

export const stat = method({
  summary: "What a file is, how large, whose; of what a symbolic link leads to.",
  positional: ["session", "path"],
  params: () => z.strictObject(onPath()),
  result: fileStat,
  errors: fileErrors,
});

export const lstat = method({
  summary: "The same, of a symbolic link itself.",
  positional: ["session", "path"],
  params: () => z.strictObject(onPath()),
  result: fileStat,
  errors: fileErrors,
});

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

export const copyFile = method({
  summary: "Copies a file on the server's side, and replaces what has the new name.",
  description:
    "As `fs.writeFile` writes: to a temporary name first. A new file gets the mode of the copied one.",
  positional: ["session", "from", "to"],
  params: () => z.strictObject(fromTo()),
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

export const chmod = method({
  summary: "Sets a file's permission bits.",
  positional: ["session", "path", "mode"],
  params: () =>
    z.strictObject({
      ...onPath(),
      mode: described(permissions(), "0 to 4095 (07777)."),
      followLinks: followLinks(),
    }),
  result: done,
  errors: fileErrors,
});

export const chown = method({
  summary: "Sets a file's owners, by number.",
  positional: ["session", "path", "uid", "gid"],
  params: () => z.strictObject({ ...onPath(), uid: id(), gid: id(), followLinks: followLinks() }),
  result: done,
  errors: fileErrors,
});

export const utimes = method({
  summary: "Sets a file's times.",
  positional: ["session", "path", "atime", "mtime"],
  params: () =>
    z.strictObject({
      ...onPath(),
      atime: time("access"),
      mtime: time("change"),
      followLinks: followLinks(),
    }),
  result: done,
  errors: fileErrors,
});

export const truncate = method({
  summary: "Sets a file's size.",
  positional: ["session", "path", "size"],
  params: () => z.strictObject({ ...onPath(), size: size() }),
  result: done,
  errors: fileErrors,
});

export const statfs = method({
  summary: "The room of the file system that a path lies on (statvfs@openssh.com).",
  positional: ["session", "path"],
  params: () => z.strictObject(onPath()),
  result: () =>
    z.strictObject({
      blockSize: described(z.int(), "Bytes of a block, in which the next three are."),
      blocks: z.int(),
      free: described(z.int(), "Blocks that are free."),
      available: described(z.int(), "Blocks of those that ordinary users can have."),
      files: described(z.int(), "Inodes; 0 where there is no such number."),
      freeFiles: z.int(),
    }),
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
