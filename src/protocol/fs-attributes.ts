/** What a file is, and what of that can be changed. */
import * as z from "zod/mini";
import { fileErrors, onPath, permissions, size, done, fileStat } from "./fs-fields.ts";
import { method } from "./method.ts";
import { described } from "./schema.ts";

const id = () => z.int().check(z.minimum(0), z.maximum(0xffffffff));
const time = (what: string) =>
  described(
    z.number().check(z.minimum(0), z.maximum(0xffffffff)),
    `The time of the last ${what}, in seconds since 1970, 0 to 4294967295; fractions are cut off.`,
  );

const followLinks = () =>
  described(
    z._default(z.boolean(), true),
    "Where the path is a symbolic link: whether it is what it leads to that is changed, or the link itself (lsetstat@openssh.com).",
  );

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
