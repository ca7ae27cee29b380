import { Buffer } from "node:buffer";
import { encodeAttributes } from "./attributes.ts";
import type { Attributes } from "./attributes.ts";
import { FieldReader } from "./field-reader.ts";
import { string, uint32, uint64 } from "./fields.ts";
import { extended } from "./requests.ts";

/** Extensions of OpenSSH's, by the names that its PROTOCOL, section 4, gives them. */
export const extensionNames = {
  posixRename: "posix-rename@openssh.com",
  statvfs: "statvfs@openssh.com",
  hardlink: "hardlink@openssh.com",
  fsync: "fsync@openssh.com",
  lsetstat: "lsetstat@openssh.com",
  limits: "limits@openssh.com",
  expandPath: "expand-path@openssh.com",
  copyData: "copy-data",
  homeDirectory: "home-directory",
  usersGroupsById: "users-groups-by-id@openssh.com",
} as const;

/** Replaces what is at `to`, as rename(2) does. */
export const posixRename = (from: Uint8Array, to: Uint8Array) =>
  extended(extensionNames.posixRename, string(from), string(to));

export const hardlink = (from: Uint8Array, to: Uint8Array) =>
  extended(extensionNames.hardlink, string(from), string(to));

export const fsync = (handle: Uint8Array) => extended(extensionNames.fsync, string(handle));

/** As `setstat`, of a link itself. */
export const lsetstat = (path: Uint8Array, attributes: Attributes) =>
  extended(extensionNames.lsetstat, string(path), encodeAttributes(attributes));

/** Makes `~` and a relative path absolute; the reply is a name. */
export const expandPath = (path: Uint8Array) => extended(extensionNames.expandPath, string(path));

/** @param user empty for the account's own; the reply is a name */
export const homeDirectory = (user: string) => extended(extensionNames.homeDirectory, string(user));

/** @param length 0 for all up to the end of the file */
export const copyData = (
  from: Uint8Array,
  fromOffset: number,
  length: number,
  to: Uint8Array,
  toOffset: number,
) =>
  extended(
    extensionNames.copyData,
    string(from),
    uint64(fromOffset),
    uint64(length),
    string(to),
    uint64(toOffset),
  );

export const limits = () => extended(extensionNames.limits);

/** What a server takes; 0 where it sets no limit. */
export interface Limits {
  readonly packetLength: number;
  readonly readLength: number;
  readonly writeLength: number;
  readonly openHandles: number;
}

/** @throws {SftpProtocolError} */
export function readLimits(data: Buffer): Limits {
  const reader = new FieldReader(data);
  return {
    packetLength: reader.uint64(),
    readLength: reader.uint64(),
    writeLength: reader.uint64(),
    openHandles: reader.uint64(),
  };
}

export const statvfs = (path: Uint8Array) => extended(extensionNames.statvfs, string(path));

/** statvfs(2). */
export interface FileSystemStatus {
  readonly blockSize: number;
  /** What the counts of blocks are in, in bytes. */
  readonly fragmentSize: number;
  readonly blocks: number;
  readonly freeBlocks: number;
  readonly availableBlocks: number;
  readonly files: number;
  readonly freeFiles: number;
  readonly availableFiles: number;
}

/** @throws {SftpProtocolError} */
export function readStatvfs(data: Buffer): FileSystemStatus {
  const reader = new FieldReader(data);
  return {
    blockSize: reader.uint64(),
    fragmentSize: reader.uint64(),
    blocks: reader.uint64(),
    freeBlocks: reader.uint64(),
    availableBlocks: reader.uint64(),
    files: reader.uint64(),
    freeFiles: reader.uint64(),
    availableFiles: reader.uint64(),
  };
}

/** Asks for the names of users and groups. */
export const usersGroupsById = (uids: readonly number[], gids: readonly number[]) =>
  extended(
    extensionNames.usersGroupsById,
    string(Buffer.concat(uids.map(uint32))),
    string(Buffer.concat(gids.map(uint32))),
  );

/** Names in the order of the ids; an empty one where there is none. */
export interface UsersGroups {
  readonly users: readonly Buffer[];
  readonly groups: readonly Buffer[];
}

/** @throws {SftpProtocolError} */
export function readUsersGroups(data: Buffer): UsersGroups {
  const reader = new FieldReader(data);
  return { users: readStrings(reader.string()), groups: readStrings(reader.string()) };
}

function readStrings(data: Buffer): Buffer[] {
  const reader = new FieldReader(data);
  const strings: Buffer[] = [];
  while (reader.left > 0) strings.push(reader.string());
  return strings;
}
