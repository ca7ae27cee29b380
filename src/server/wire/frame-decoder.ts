import { Buffer } from "node:buffer";
import type { Frame, FrameSplitter, Framing, Limits } from "./frame.ts";
import { HeaderFrames } from "./header-frames.ts";
import { LineFrames } from "./line-frames.ts";

const openingBytes = new Set(Buffer.from("{["));
const whiteSpace = new Set(Buffer.from(" \t\r\n"));

/**
 * Cuts a client's stream into frames, of the framing that the first byte tells: a message opens
 * with a brace (or a batch with a bracket), a header never does.
 */
export class FrameDecoder implements FrameSplitter {
  readonly #limits: Limits;
  #splitter: FrameSplitter | undefined;
  #framing: Framing = "header";

  /** @param limits in bytes */
  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** The framing that the client uses; headers, as LSP wants them, until it has been seen. */
  get framing(): Framing {
    return this.#framing;
  }

  push(chunk: Buffer): Frame[] {
    if (this.#splitter) return this.#splitter.push(chunk);
    const start = chunk.findIndex((byte) => !whiteSpace.has(byte));
    const first = chunk[start];
    if (first === undefined) return [];
    this.#framing = openingBytes.has(first) ? "line" : "header";
    this.#splitter =
      this.#framing === "line" ? new LineFrames(this.#limits) : new HeaderFrames(this.#limits);
    return this.#splitter.push(chunk.subarray(start));
  }

  end(): Frame[] {
    return this.#splitter?.end() ?? [];
  }
}
