import { Buffer } from "node:buffer";
import type { FieldReader } from "./field-reader.ts";
import { uint32, uint64 } from "./fields.ts";

/** A file's attributes (§5), each of which may be missing. */
export interface Attributes {
  /** In bytes. */
  readonly size?: number;
  /** Present if and only if {@link gid} is. */
  readonly uid?: number;
  readonly gid?: number;
  /** POSIX's st_mode, with the bits of the file type. */
  readonly permissions?: number;
  /** Seconds since 1970; present if and only if {@link mtime} is. */
  readonly atime?: number;
  readonly mtime?: number;
}

const flags = {
  size: 0x00000001,
  uidgid: 0x00000002,
  permissions: 0x00000004,
  acmodtime: 0x00000008,
  extended: 0x80000000,
} as const;

/** @param attributes a uid goes only together with a gid, an atime only with an mtime */
export function encodeAttributes(attributes: Attributes = {}): Buffer {
  const { size, uid, gid, permissions, atime, mtime } = attributes;
  let present = 0;
  const fields: Buffer[] = [];
  if (size !== undefined) {
    present |= flags.size;
    fields.push(uint64(size));
  }
  if (uid !== undefined && gid !== undefined) {
    present |= flags.uidgid;
    fields.push(uint32(uid), uint32(gid));
  }
  if (permissions !== undefined) {
    present |= flags.permissions;
    fields.push(uint32(permissions));
  }
  if (atime !== undefined && mtime !== undefined) {
    present |= flags.acmodtime;
    fields.push(uint32(atime), uint32(mtime));
  }
  return Buffer.concat([uint32(present), ...fields]);
}

/** @throws {SftpProtocolError} */
export function readAttributes(reader: FieldReader): Attributes {
  const present = reader.uint32();
  const has = (flag: number) => (present & flag) !== 0;
  // A large directory has very many of these: the object is filled in, and none is made besides.
  const attributes: { -readonly [Name in keyof Attributes]: Attributes[Name] } = {};
  if (has(flags.size)) attributes.size = reader.uint64();
  if (has(flags.uidgid)) {
    attributes.uid = reader.uint32();
    attributes.gid = reader.uint32();
  }
  if (has(flags.permissions)) attributes.permissions = reader.uint32();
  if (has(flags.acmodtime)) {
    attributes.atime = reader.uint32();
    attributes.mtime = reader.uint32();
  }
  if (has(flags.extended)) {
    for (let left = reader.uint32(); left > 0; left--) {
      reader.string();
      reader.string();
    }
  }
  return attributes;
}
