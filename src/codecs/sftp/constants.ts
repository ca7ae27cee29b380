/** The version that is spoken: draft-ietf-secsh-filexfer-02. */
export const version = 3;

/** Packet types (§3). */
export const packetTypes = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  fstat: 8,
  setstat: 9,
  fsetstat: 10,
  opendir: 11,
  readdir: 12,
  remove: 13,
  mkdir: 14,
  rmdir: 15,
  realpath: 16,
  stat: 17,
  rename: 18,
  readlink: 19,
  symlink: 20,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attributes: 105,
  extended: 200,
  extendedReply: 201,
} as const;

/** Status codes (§7). Servers also send those of later drafts, whatever version was agreed on. */
export const statusCodes = {
  ok: 0,
  eof: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  noConnection: 6,
  connectionLost: 7,
  unsupported: 8,
  // draft-ietf-secsh-filexfer-13 §9.1.
  fileAlreadyExists: 11,
  writeProtect: 12,
  noSpaceOnFilesystem: 14,
  quotaExceeded: 15,
  dirNotEmpty: 18,
  notADirectory: 19,
  invalidFilename: 20,
  linkLoop: 21,
  fileIsADirectory: 24,
} as const;

/** What a file is opened for (§6.3). */
export const openFlags = {
  read: 0x01,
  write: 0x02,
  append: 0x04,
  create: 0x08,
  truncate: 0x10,
  exclusive: 0x20,
} as const;

/** The largest packet of OpenSSH's server and client, in bytes, without its length field. */
export const largestPacket = 256 * 1024;
