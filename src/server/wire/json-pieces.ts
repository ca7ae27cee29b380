import { Buffer } from "node:buffer";
import { RemoteBytes, escapedLengths } from "../../protocol/bytes.ts";

/** A stretch of a message's JSON text: finished, or remote bytes that are yet to be encoded. */
export type Part = Buffer | RemoteBytes;

/**
 * The most remote bytes encoded in one go, so that they are never one large string; a multiple of
 * 3, for the base64 of the pieces to be the base64 of the whole.
 */
const pieceBytes = 3 * 64 * 1024;

/**
 * Items of an array (or characters of a string) that are put into JSON at a time: all at once they would
 * be in memory three times.
 */
const itemsAtOnce = 1000;
const textAtOnce = 256 * 1024;

/** A message as it goes into a frame. */
export interface Content {
  readonly json: readonly Part[];
  /** What stands behind the JSON, in this order; where there is any, the frame is a binary one. */
  readonly binary: readonly RemoteBytes[];
}

/** Puts a message into JSON, all but the {@link RemoteBytes} that its objects hold. */
export function contentOf(message: object): Content {
  const json: Part[] = [];
  const binary: RemoteBytes[] = [];
  let offset = 0;
  let text = "";
  for (const stretch of stretches(message)) {
    if (typeof stretch === "string") {
      text += stretch;
      if (text.length < textAtOnce) continue;
      json.push(Buffer.from(text));
      text = "";
    } else if (stretch.encoding === "binary") {
      binary.push(stretch);
      text += `[${offset},${stretch.length}]`;
      offset += stretch.length;
    } else {
      json.push(Buffer.from(text), stretch);
      text = "";
    }
  }
  json.push(Buffer.from(text));
  return { json, binary };
}

// Objects are gone through by hand, since RemoteBytes may be in their fields; JSON.stringify does
// the rest, arrays included.
function* stretches(value: unknown): Generator<string | RemoteBytes> {
  if (value instanceof RemoteBytes) {
    yield value;
  } else if (Array.isArray(value) && value.length > itemsAtOnce) {
    for (let at = 0; at < value.length; at += itemsAtOnce) {
      const items = JSON.stringify(value.slice(at, at + itemsAtOnce)).slice(1, -1);
      yield at === 0 ? `[${items}` : `,${items}`;
    }
    yield "]";
  } else if (typeof value !== "object" || value === null || Array.isArray(value)) {
    yield JSON.stringify(value);
  } else {
    let before = "{";
    for (const [name, field] of Object.entries(value)) {
      if (field === undefined) continue;
      yield `${before}${JSON.stringify(name)}:`;
      yield* stretches(field);
      before = ",";
    }
    yield before === "{" ? "{}" : "}";
  }
}

/** The bytes of a part as they stand in the message, at most a megabyte or so at a time. */
export function* pieces(part: Part): Generator<Buffer> {
  if (!(part instanceof RemoteBytes)) return yield part;
  if (part.encoding === "binary") return yield* slices(part);
  yield quote;
  yield* part.encoding === "utf8" ? escapedPieces(part) : base64Pieces(part);
  yield quote;
}

/** How many bytes {@link pieces} will give of a part of the JSON, one after the other, as counting them takes time and may be interrupted. */
export function* pieceLengths(part: Part): Generator<number> {
  if (!(part instanceof RemoteBytes)) return yield part.length;
  yield 2 * quote.length;
  if (part.encoding === "base64") return yield Math.ceil(part.length / 3) * 4;
  for (const slice of slices(part)) yield escapedLength(slice);
}

const quote = Buffer.from('"');

function* slices({ chunks }: RemoteBytes): Generator<Buffer> {
  for (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += pieceBytes) {
      const length = Math.min(pieceBytes, chunk.length - start);
      yield Buffer.from(chunk.buffer, chunk.byteOffset + start, length);
    }
  }
}

// Bytes are read as Latin-1, one character each, so that a piece can't be cut within a character. That
// gives the right escapes: JSON escapes only ASCII, and in UTF-8 all other characters have bytes >= 0x80.
function* escapedPieces(bytes: RemoteBytes): Generator<Buffer> {
  for (const slice of slices(bytes)) {
    yield Buffer.from(JSON.stringify(slice.toString("latin1")).slice(1, -1), "latin1");
  }
}

function escapedLength(slice: Buffer): number {
  let length = 0;
  for (let at = 0; at < slice.length; at++) {
    length += escapedLengths[slice[at] as number] as number;
  }
  return length;
}

function* base64Pieces(bytes: RemoteBytes): Generator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for (const slice of slices(bytes)) {
    const whole = rest.length === 0 ? slice : Buffer.concat([rest, slice]);
    const end = whole.length - (whole.length % 3);
    yield Buffer.from(whole.toString("base64", 0, end), "latin1");
    rest = whole.subarray(end);
  }
  yield Buffer.from(rest.toString("base64"), "latin1");
}
