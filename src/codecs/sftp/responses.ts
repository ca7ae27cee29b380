import type { Buffer } from "node:buffer";
import { readAttributes } from "./attributes.ts";
import type { Attributes } from "./attributes.ts";
import { packetTypes } from "./constants.ts";
import { SftpProtocolError } from "./errors.ts";
import { FieldReader } from "./field-reader.ts";
import { joined } from "./packet-reader.ts";

/** A file in a directory, or the path that was asked for (§7). */
export interface Name {
  readonly name: Buffer;
  /** As `ls -l` has it; only for people. */
  readonly longname: Buffer;
  readonly attributes: Attributes;
}

/** A reply to a request. All bytes are views of the packet. */
export type Response = { readonly id: number } & (
  | { readonly type: "status"; readonly code: number; readonly message: Buffer }
  | { readonly type: "handle"; readonly handle: Buffer }
  | {
      readonly type: "data";
      readonly data: Buffer;
      /** The rest of the data, if the packet came in several pieces. */
      readonly more?: readonly Buffer[];
    }
  | { readonly type: "name"; readonly names: readonly Name[] }
  | { readonly type: "attributes"; readonly attributes: Attributes }
  | { readonly type: "extended"; readonly data: Buffer }
);

/** Bytes of data in a reply. */
export function dataLength({ data, more = [] }: Response & { readonly type: "data" }): number {
  return more.reduce((sum, { length }) => sum + length, data.length);
}

/** The reply to the first packet (§4). */
export interface Version {
  readonly version: number;
  /** What the server has beyond the draft, with each one's data. */
  readonly extensions: ReadonlyMap<string, Buffer>;
}

/** Bytes of the longest handle that the draft allows (§6.2). */
const longestHandle = 256;

/** @param packet without its length @throws {SftpProtocolError} */
export function readVersion(packet: Buffer): Version {
  const reader = new FieldReader(packet);
  const type = reader.byte();
  if (type !== packetTypes.version) {
    throw new SftpProtocolError(`the first packet is of type ${type}, and no version`);
  }
  const version = reader.uint32();
  const extensions = new Map<string, Buffer>();
  while (reader.left > 0) {
    const name = reader.string().toString("latin1");
    extensions.set(name, reader.string());
  }
  return { version, extensions };
}

/** Bytes of a data packet before the data: type, id and length. */
const dataOverhead = 1 + 4 + 4;

/**
 * Reads a reply that came in pieces; data stay in theirs.
 *
 * @param pieces of the packet without its length
 * @throws {SftpProtocolError}
 */
export function readPieces(pieces: readonly Buffer[]): Response {
  const [first, ...more] = pieces;
  const isData =
    first !== undefined && first[0] === packetTypes.data && first.length > dataOverhead;
  if (!isData || more.length === 0) return readResponse(joined(pieces));
  const reader = new FieldReader(first.subarray(1, dataOverhead));
  const id = reader.uint32();
  let left = reader.uint32();
  const data = [first.subarray(dataOverhead), ...more].map((piece) => {
    const taken = piece.length <= left ? piece : piece.subarray(0, left);
    left -= taken.length;
    return taken;
  });
  if (left > 0) throw new SftpProtocolError("a packet ends inside a field");
  return { id, type: "data", data: data[0] as Buffer, more: data.slice(1) };
}

/** @param packet without its length @throws {SftpProtocolError} */
export function readResponse(packet: Buffer): Response {
  const reader = new FieldReader(packet);
  const type = reader.byte();
  const id = reader.uint32();
  switch (type) {
    case packetTypes.status: {
      const code = reader.uint32();
      // Servers of the first drafts send neither message nor language.
      return {
        id,
        type: "status",
        code,
        message: reader.left > 0 ? reader.string() : packet.subarray(0, 0),
      };
    }
    case packetTypes.handle: {
      const handle = reader.string();
      if (handle.length > longestHandle) throw new SftpProtocolError("a handle is too long");
      return { id, type: "handle", handle };
    }
    case packetTypes.data:
      return { id, type: "data", data: reader.string() };
    case packetTypes.name:
      return { id, type: "name", names: readNames(reader) };
    case packetTypes.attributes:
      return { id, type: "attributes", attributes: readAttributes(reader) };
    case packetTypes.extendedReply:
      return { id, type: "extended", data: reader.rest() };
    default:
      throw new SftpProtocolError(`a packet is of the unknown type ${type}`);
  }
}

function readNames(reader: FieldReader): Name[] {
  const names: Name[] = [];
  // The server may claim any count: reading stops with the packet, as each name takes bytes of it.
  for (let left = reader.uint32(); left > 0; left--) {
    const name = reader.string();
    const longname = reader.string();
    names.push({ name, longname, attributes: readAttributes(reader) });
  }
  return names;
}
