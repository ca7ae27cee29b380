import { DaemonError } from "../errors/errors.ts";

/** A message of JSON-RPC, as far as it is known before it is looked at. */
export interface Message {
  readonly jsonrpc: "2.0";
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: object };
}

/** A message, and the binary part of its frame; empty where it has none. */
export interface Frame {
  readonly message: Message;
  readonly binary: Buffer;
}

const none = Buffer.alloc(0);
const headerEnd = Buffer.from("\r\n\r\n");

/** More than any header of the daemon's. */
const maxHeaderBytes = 4096;

/** Cuts the daemon's output into messages. A body that comes in pieces is put together once. */
export class FrameDecoder {
  #head: Buffer = none;
  #body: Buffer | undefined;
  #filled = 0;
  #jsonLength: number | undefined;

  /** Whether the stream may end here. */
  get isBetweenMessages(): boolean {
    return this.#head.length === 0 && this.#body === undefined;
  }

  /**
   * Takes what was read.
   *
   * @throws {DaemonError} where it is no message; there is no going on then
   */
  *push(chunk: Buffer): Generator<Frame> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.#body === undefined) {
        const bytes = this.#head.length > 0 ? Buffer.concat([this.#head, rest]) : rest;
        const end = bytes.indexOf(headerEnd);
        if (end > maxHeaderBytes || (end === -1 && bytes.length > maxHeaderBytes)) {
          throw nonsense("no header", bytes);
        }
        if (end === -1) {
          this.#head = bytes;
          return;
        }
        this.#head = none;
        const { length, jsonLength } = readHeader(bytes.toString("latin1", 0, end));
        this.#jsonLength = jsonLength;
        rest = bytes.subarray(end + headerEnd.length);
        if (rest.length >= length) {
          yield this.#frame(rest.subarray(0, length));
          rest = rest.subarray(length);
          continue;
        }
        this.#body = Buffer.allocUnsafe(length);
        this.#filled = 0;
      }
      const taken = rest.copy(this.#body, this.#filled);
      this.#filled += taken;
      rest = rest.subarray(taken);
      if (this.#filled < this.#body.length) return;
      const body = this.#body;
      this.#body = undefined;
      yield this.#frame(body);
    }
  }

  #frame(body: Buffer): Frame {
    const end = this.#jsonLength ?? body.length;
    if (end > body.length) throw nonsense("a frame whose JSON is longer than itself", body);
    return { message: readMessage(body.subarray(0, end)), binary: body.subarray(end) };
  }
}

function readHeader(block: string): { length: number; jsonLength: number | undefined } {
  let length: number | undefined;
  let jsonLength: number | undefined;
  for (const line of block.split("\r\n")) {
    const [, name = "", value = ""] =
      /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    switch (name.toLowerCase()) {
      case "content-length":
        if (length !== undefined || !/^\d{1,15}$/.test(value)) {
          throw nonsense("a malformed Content-Length", block);
        }
        length = Number(value);
        break;
      case "content-type":
        jsonLength = readContentType(value, block);
        break;
      case "":
        throw nonsense("no header", block);
    }
  }
  if (length === undefined) throw nonsense("no Content-Length", block);
  return { length, jsonLength };
}

function readContentType(value: string, block: string): number | undefined {
  const [type = "", ...parameters] = value.split(";").map((part) => part.trim());
  const fields = new Map(
    parameters.map((each) => {
      const [name = "", ...text] = each.split("=");
      return [name.trim().toLowerCase(), text.join("=").trim().replaceAll('"', "")];
    }),
  );
  if (!/^utf-?8$/i.test(fields.get("charset") ?? "utf-8")) {
    throw nonsense("another charset than UTF-8", block);
  }
  if (type.toLowerCase() !== "application/vnd.sshrpc") return undefined;
  const json = fields.get("json") ?? "";
  if (/^\d{1,15}$/.test(json)) return Number(json);
  throw nonsense("a binary frame that doesn't say where its JSON ends", block);
}

function readMessage(body: Buffer): Message {
  let message: unknown;
  try {
    message = JSON.parse(body.toString());
  } catch {
    throw nonsense("what is no JSON", body);
  }
  if (typeof message === "object" && (message as Message | null)?.jsonrpc === "2.0") {
    return message as Message;
  }
  throw nonsense("what is no message of JSON-RPC 2.0", body);
}

function nonsense(what: string, sample: Buffer | string): DaemonError {
  const text = JSON.stringify(Buffer.from(sample).toString("latin1", 0, 80));
  return new DaemonError(`the daemon wrote ${what}: ${text}`, { data: { dispatched: "maybe" } });
}
