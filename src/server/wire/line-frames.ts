import type { Buffer } from "node:buffer";
import { invalidRequest } from "../../protocol/invalid-request.ts";
import type { Frame, FrameSplitter, Limits } from "./frame.ts";
import { GrowingBuffer } from "./growing-buffer.ts";

const LF = 0x0a;

/** Newline-delimited JSON: each line that isn't blank is a message. */
export class LineFrames implements FrameSplitter {
  readonly #limits: Limits;
  readonly #line: GrowingBuffer;
  /** The line was too long and was refused: its rest is skipped. */
  #skipping = false;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#line = new GrowingBuffer(limits.maxMessageBytes);
  }

  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#extend(chunk.subarray(start, end), frames);
      this.#finish(frames);
      start = end + 1;
    }
    this.#extend(chunk.subarray(start), frames);
    return frames;
  }

  /** A last line without its newline counts: `printf '{…}' | sshrpc`. */
  end(): Frame[] {
    const frames: Frame[] = [];
    this.#finish(frames);
    return frames;
  }

  #extend(part: Buffer, frames: Frame[]): void {
    if (this.#skipping) return;
    const { maxMessageBytes } = this.#limits;
    if (this.#line.length + part.length <= maxMessageBytes) return this.#line.append(part);
    this.#skipping = true;
    this.#line.clear();
    frames.push(invalidRequest(`a line is longer than ${maxMessageBytes} bytes`));
  }

  #finish(frames: Frame[]): void {
    this.#skipping = false;
    const line = this.#line.take();
    // A CR at the end is white space in JSON: it can stay.
    if (line.some((byte) => byte > 0x20)) frames.push({ json: line });
  }
}
