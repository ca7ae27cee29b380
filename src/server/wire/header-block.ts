import type { Buffer } from "node:buffer";
import { readContentType } from "./content-type.ts";
import type { ContentType } from "./content-type.ts";

const [LF, CR, colon] = [0x0a, 0x0d, 0x3a] as const;

/** RFC 9110 §5.6.2: what a field's name is made of. */
const isTokenByte = table((char) => /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(char));
/** RFC 9110 §5.5: what a field's value is made of, obsolete text left out. */
const isValueByte = table((char) => /[\t\x20-\x7e]/.test(char));
const isLengthByte = table((char) => /[\t 0-9]/.test(char));

function table(test: (char: string) => boolean): readonly boolean[] {
  return Array.from({ length: 256 }, (_, byte) => test(String.fromCharCode(byte)));
}

/** The block that nearly every client writes, whole. */
const usual = /^Content-Length: (\d{1,9})\r\n\r\n/;
const longestUsual = "Content-Length: 123456789\r\n\r\n".length;

/**
 * A frame's header block while it arrives, byte by byte, so that a fault is known as early as it
 * can be: LSP base protocol, "Header Part". Fields that LSP doesn't name are ignored.
 */
export class HeaderBlock {
  /** The bytes of the line being read, as far as it has been, as Latin-1. */
  line = "";
  /** Bytes taken so far. */
  size = 0;
  /** Whether the empty line that ends the block has come. */
  complete = false;
  contentLength: number | undefined;
  contentType: ContentType | undefined;
  readonly #maxBytes: number;
  /** The field's name in lower case; undefined until the line's colon has come. */
  #name: string | undefined;
  readonly #lines: string[] = [];
  #valueStart = 0;
  #afterCr = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** All bytes taken so far, as Latin-1. */
  get text(): string {
    return this.#lines.join("") + this.line;
  }

  /**
   * Takes a whole block in one go, where it is of the form that nearly every client writes.
   *
   * @param start where it begins in `chunk`, nothing of it having been taken yet
   * @returns its bytes; 0 where it has another form, or isn't whole, and {@link take} is to see it
   */
  takeUsual(chunk: Buffer, start: number): number {
    const text = chunk.toString("latin1", start, start + longestUsual);
    const [whole, length] = usual.exec(text) ?? [];
    if (whole === undefined || whole.length > this.#maxBytes) return 0;
    this.line = whole;
    this.size = whole.length;
    this.contentLength = Number(length);
    this.complete = true;
    return whole.length;
  }

  /** @returns what is wrong with the block, if this byte shows it */
  take(byte: number): string | undefined {
    this.size += 1;
    this.line += String.fromCharCode(byte);
    if (this.size > this.#maxBytes) return `the header is longer than ${this.#maxBytes} bytes`;
    if (this.#afterCr) return byte === LF ? this.#endLine() : "a CR without LF in the header";
    if (byte === LF) return "a header line must end in CR LF";
    if (this.#name !== undefined) return this.#takeValue(byte, this.#name);
    return this.#takeName(byte);
  }

  #takeName(byte: number): string | undefined {
    const isFirst = this.line.length === 1;
    if (byte === colon && !isFirst) {
      this.#name = this.line.slice(0, -1).toLowerCase();
      this.#valueStart = this.line.length;
      return undefined;
    }
    if (byte === CR && isFirst) {
      this.#afterCr = true;
      return undefined;
    }
    return isTokenByte[byte] ? undefined : "a header line must be a name, a colon and a value";
  }

  #takeValue(byte: number, name: string): string | undefined {
    if (byte === CR) {
      this.#afterCr = true;
      return undefined;
    }
    if (!isValueByte[byte]) return "a header field's value must be printable ASCII";
    if (name === "content-length" && !isLengthByte[byte]) return "Content-Length must be digits";
    return undefined;
  }

  #endLine(): string | undefined {
    if (this.#name === undefined) {
      this.complete = true;
      return undefined;
    }
    const fault = this.#takeField(this.#name, this.line.slice(this.#valueStart).trim());
    if (fault !== undefined) return fault;
    this.#lines.push(this.line);
    this.line = "";
    this.#name = undefined;
    this.#afterCr = false;
    return undefined;
  }

  #takeField(name: string, value: string): string | undefined {
    if (name === "content-type") {
      this.contentType = readContentType(value);
      return undefined;
    }
    if (name !== "content-length") return undefined;
    if (this.contentLength !== undefined) return "Content-Length is given twice";
    const length = Number(value);
    if (!/^\d+$/.test(value) || !Number.isSafeInteger(length)) {
      return "Content-Length must be digits, and a number below 2^53";
    }
    this.contentLength = length;
    return undefined;
  }
}
