import { Buffer, isAscii } from "node:buffer";
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

/** Remote bytes up to so many are made text together with what is around them. */
const shortBytes = 4096;

/** A message as it goes into a frame. */
export interface Content {
  readonly json: readonly Part[];
  /** What stands behind the JSON, in this order; where there is any, the frame is a binary one. */
  readonly binary: readonly RemoteBytes[];
}

/** Puts a message into JSON, all but the {@link RemoteBytes} that its objects hold. */
export function contentOf(message: object): Content {
  const gathered = new Gathered();
  gathered.add(message);
  return gathered.content();
}

// Objects are gone through by hand, since RemoteBytes may be in their fields; JSON.stringify does
// the rest, arrays included. Nothing here is a generator: for a small message they'd take most of
// the time.
class Gathered {
  readonly #json: Part[] = [];
  readonly #binary: RemoteBytes[] = [];
  #offset = 0;
  #text = "";

  add(value: unknown): void {
    if (value instanceof RemoteBytes) this.#addBytes(value);
    else if (Array.isArray(value)) this.#addArray(value);
    else if (typeof value === "object" && value !== null) this.#addObject(value);
    else this.#addText(JSON.stringify(value));
  }

  content(): Content {
    this.#flush();
    return { json: this.#json, binary: this.#binary };
  }

  #addObject(object: object): void {
    let before = "{";
    for (const [name, field] of Object.entries(object)) {
      if (field === undefined) continue;
      this.#addText(`${before}${JSON.stringify(name)}:`);
      this.add(field);
      before = ",";
    }
    this.#addText(before === "{" ? "{}" : "}");
  }

  #addArray(array: readonly unknown[]): void {
    if (array.length <= itemsAtOnce) return this.#addText(JSON.stringify(array));
    for (let at = 0; at < array.length; at += itemsAtOnce) {
      const items = JSON.stringify(array.slice(at, at + itemsAtOnce)).slice(1, -1);
      this.#addText(at === 0 ? `[${items}` : `,${items}`);
    }
    this.#addText("]");
  }

  #addBytes(bytes: RemoteBytes): void {
    if (bytes.encoding === "binary") {
      this.#binary.push(bytes);
      this.#addText(`[${this.#offset},${bytes.length}]`);
      this.#offset += bytes.length;
      return;
    }
    const text = shortAscii(bytes);
    if (text !== undefined) return this.#addText(JSON.stringify(text));
    this.#flush();
    this.#json.push(bytes);
  }

  #addText(text: string): void {
    this.#text += text;
    if (this.#text.length >= textAtOnce) this.#flush();
  }

  #flush(): void {
    this.#json.push(Buffer.from(this.#text));
    this.#text = "";
  }
}

/** What a short message's bytes are, where they are the same in JSON's text: undefined where they aren't. */
function shortAscii({ encoding, chunks, length }: RemoteBytes): string | undefined {
  if (encoding !== "utf8" || length > shortBytes || chunks.length > 1) return undefined;
  const [chunk] = chunks;
  if (chunk === undefined) return "";
  if (!isAscii(chunk)) return undefined;
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString("latin1");
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
