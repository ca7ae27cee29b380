import { Buffer } from "node:buffer";
import { encodeAttributes } from "./attributes.ts";
import type { Attributes } from "./attributes.ts";
import { packetTypes, version } from "./constants.ts";
import { string, uint32, uint64, writeUint64 } from "./fields.ts";

/** Builds a request's packet, its length in front, under the id that its reply will bear. */
export type Request = (id: number) => Buffer;

/** §4: the first packet, which alone has no id. */
export function init(): Buffer {
  return packet(packetTypes.init, [uint32(version)]);
}

/** §6.3. @param flags of `openFlags`, or-ed */
export const open = (path: Uint8Array, flags: number, attributes?: Attributes) =>
  request(packetTypes.open, string(path), uint32(flags), encodeAttributes(attributes));

/** §6.3. */
export const close = (handle: Uint8Array) => request(packetTypes.close, string(handle));

/** §6.4. */
export const read = (handle: Uint8Array, offset: number, length: number) =>
  request(packetTypes.read, string(handle), uint64(offset), uint32(length));

/** Bytes of a write request before its data. */
export const writeOverhead = (handle: Uint8Array) => 4 + 1 + 4 + 4 + handle.length + 8 + 4;

/**
 * §6.4.
 *
 * @param room a buffer that has the data behind {@link writeOverhead} bytes for the rest, so that
 *   nothing has to be copied
 */
export const write =
  (handle: Uint8Array, offset: number, room: Buffer): Request =>
  (id) => {
    const overhead = writeOverhead(handle);
    room.writeUInt32BE(room.length - 4, 0);
    room[4] = packetTypes.write;
    room.writeUInt32BE(id, 5);
    room.writeUInt32BE(handle.length, 9);
    room.set(handle, 13);
    writeUint64(room, offset, 13 + handle.length);
    room.writeUInt32BE(room.length - overhead, overhead - 4);
    return room;
  };

/** §6.5. */
export const remove = (path: Uint8Array) => request(packetTypes.remove, string(path));

/** §6.5. Fails where there is something at `to`, with most servers. */
export const rename = (from: Uint8Array, to: Uint8Array) =>
  request(packetTypes.rename, string(from), string(to));

/** §6.6. */
export const mkdir = (path: Uint8Array, attributes?: Attributes) =>
  request(packetTypes.mkdir, string(path), encodeAttributes(attributes));

/** §6.6. */
export const rmdir = (path: Uint8Array) => request(packetTypes.rmdir, string(path));

/** §6.7. */
export const opendir = (path: Uint8Array) => request(packetTypes.opendir, string(path));

/** §6.7. */
export const readdir = (handle: Uint8Array) => request(packetTypes.readdir, string(handle));

/** §6.8; follows links, as `lstat` doesn't. */
export const stat = (path: Uint8Array) => request(packetTypes.stat, string(path));

export const lstat = (path: Uint8Array) => request(packetTypes.lstat, string(path));

export const fstat = (handle: Uint8Array) => request(packetTypes.fstat, string(handle));

/** §6.9. */
export const setstat = (path: Uint8Array, attributes: Attributes) =>
  request(packetTypes.setstat, string(path), encodeAttributes(attributes));

export const fsetstat = (handle: Uint8Array, attributes: Attributes) =>
  request(packetTypes.fsetstat, string(handle), encodeAttributes(attributes));

/** §6.10. */
export const readlink = (path: Uint8Array) => request(packetTypes.readlink, string(path));

/**
 * §6.10 has the link's own path first. OpenSSH has it last (its PROTOCOL, 4.1), and most others
 * after it.
 */
export const symlink = (first: Uint8Array, second: Uint8Array) =>
  request(packetTypes.symlink, string(first), string(second));

/** §6.11. */
export const realpath = (path: Uint8Array) => request(packetTypes.realpath, string(path));

/** §8. @param fields those of the extension, encoded */
export const extended = (name: string, ...fields: Buffer[]) =>
  request(packetTypes.extended, string(name), ...fields);

const request =
  (type: number, ...fields: Buffer[]): Request =>
  (id) =>
    packet(type, [uint32(id), ...fields]);

function packet(type: number, fields: Buffer[]): Buffer {
  const head = Buffer.allocUnsafe(5);
  const bytes = Buffer.concat([head, ...fields]);
  bytes.writeUInt32BE(bytes.length - 4, 0);
  bytes[4] = type;
  return bytes;
}
