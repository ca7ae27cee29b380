import type { Attributes } from "../../../codecs/sftp/attributes.ts";
import { fileType } from "../support/file-type.ts";
import type { FileStat } from "../support/remote-files.ts";

export function fileStat(attributes: Attributes): FileStat {
  const { size, uid, gid, permissions, atime, mtime } = attributes;
  return {
    type: permissions === undefined ? "unknown" : fileType(permissions),
    size: size ?? null,
    mode: permissions === undefined ? null : permissions & 0o7777,
    uid: uid ?? null,
    gid: gid ?? null,
    atime: atime ?? null,
    mtime: mtime ?? null,
  };
}
