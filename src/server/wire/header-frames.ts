import { parseError } from "../../protocol/parse-error.ts";
import { Buffer } from "node:buffer";
import type { Failure } from "../../protocol/errors.ts";
import { invalidRequest } from "../../protocol/invalid-request.ts";
import type { Frame, FrameSplitter, Limits } from "./frame.ts";
import { GrowingBuffer } from "./growing-buffer.ts";
import { HeaderBlock } from "./header-block.ts";

/** What the search for the next frame looks for, in any case. */
const frameStart = Buffer.from("content-length:");

type State =
  | { readonly at: "header"; readonly block: HeaderBlock }
  | {
      readonly at: "body";
      readonly length: number;
      /** Of a binary frame: where its binary part begins. */
      readonly jsonLength: number | undefined;
      readonly bytes: GrowingBuffer;
    }
  /** Skips a body that was refused already. */
  | { readonly at: "skip"; left: number }
  /** Searches, after a malformed header: the last `matched` bytes are the beginning of {@link frameStart}. */
  | { readonly at: "search"; matched: number };

/**
 * LSP's base protocol: a header block with the body's length, the body, the next header block.
 *
 * After a malformed header nobody knows where the next frame begins. It is searched for by its
 * Content-Length, also in what was taken as the malformed header: a frame that was cut short is
 * often followed by a good one. JSON can't hold a raw CR LF, so that no header is ever found inside
 * well-formed JSON. What a binary part holds is only looked at when its own header was malformed.
 */
export class HeaderFrames implements FrameSplitter {
  readonly #limits: Limits;
  #state: State;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#state = this.#freshHeader();
  }

  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    this.#consume(chunk, frames);
    return frames;
  }

  end(): Frame[] {
    const state = this.#state;
    const cut = state.at === "body" || (state.at === "header" && state.block.size > 0);
    return cut ? [parseError("the stream ended in the middle of a message")] : [];
  }

  #consume(chunk: Buffer, frames: Frame[]): void {
    for (let at = 0; at < chunk.length;) at = this.#step(chunk, at, frames);
  }

  /** @returns up to where `chunk` has been used up */
  #step(chunk: Buffer, at: number, frames: Frame[]): number {
    const state = this.#state;
    switch (state.at) {
      case "header":
        return this.#readHeader(state.block, chunk, at, frames);
      case "body": {
        const end = Math.min(chunk.length, at + state.length - state.bytes.length);
        state.bytes.append(chunk.subarray(at, end));
        if (state.bytes.length === state.length) this.#finishBody(state, frames);
        return end;
      }
      case "skip": {
        const end = Math.min(chunk.length, at + state.left);
        state.left -= end - at;
        if (state.left === 0) this.#state = this.#freshHeader();
        return end;
      }
      case "search":
        return this.#search(state, chunk, at);
    }
  }

  #readHeader(block: HeaderBlock, chunk: Buffer, start: number, frames: Frame[]): number {
    const taken = block.size === 0 ? block.takeUsual(chunk, start) : 0;
    if (taken > 0) {
      this.#beginBody(block, frames);
      return start + taken;
    }
    for (let at = start; at < chunk.length; at++) {
      const fault = block.take(chunk[at] as number);
      if (fault !== undefined) this.#lose(block.line, fault, frames);
      else if (block.complete) this.#beginBody(block, frames);
      else continue;
      return at + 1;
    }
    return chunk.length;
  }

  #beginBody(block: HeaderBlock, frames: Frame[]): void {
    const { contentLength: length, contentType: { isUtf8 = true, jsonLength } = {} } = block;
    const { maxMessageBytes } = this.#limits;
    if (length === undefined) {
      // The whole block is searched: a "Content-Le" that was cut off joins the good "Content-Length: 2"
      // after it to one unknown field.
      this.#lose(block.text, "the header has no Content-Length", frames);
    } else if (length > maxMessageBytes) {
      const reason = `the message is longer than ${maxMessageBytes} bytes`;
      this.#skip(length, invalidRequest(reason), frames);
    } else if (!isUtf8) {
      this.#skip(length, parseError("the charset must be utf-8"), frames);
    } else if (jsonLength !== undefined && !(jsonLength <= length)) {
      const reason = `a binary frame's json must be its JSON's length, at most ${length} here`;
      this.#skip(length, invalidRequest(reason), frames);
    } else {
      const body = { length, jsonLength, bytes: new GrowingBuffer(length) };
      if (length === 0) this.#finishBody(body, frames);
      else this.#state = { at: "body", ...body };
    }
  }

  #finishBody(
    { jsonLength, bytes }: { jsonLength: number | undefined; bytes: GrowingBuffer },
    frames: Frame[],
  ): void {
    const body = bytes.take();
    frames.push({
      json: body.subarray(0, jsonLength),
      ...(jsonLength !== undefined && { binary: body.subarray(jsonLength) }),
    });
    this.#state = this.#freshHeader();
  }

  #skip(length: number, failure: Failure, frames: Frame[]): void {
    frames.push(failure);
    this.#state = length === 0 ? this.#freshHeader() : { at: "skip", left: length };
  }

  /**
   * Answers a malformed header and searches for the next one.
   *
   * @param taken what of the header may hold the next one's beginning, after the first byte
   */
  #lose(taken: string, fault: string, frames: Frame[]): void {
    frames.push(parseError(fault));
    this.#state = { at: "search", matched: 0 };
    // Linear in total: if another header begins in there, a fault of its own shows after a few bytes.
    this.#consume(Buffer.from(taken.slice(1), "latin1"), frames);
  }

  #search(state: { matched: number }, chunk: Buffer, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = lowerCase(chunk[at] as number);
      if (byte === frameStart[state.matched]) state.matched += 1;
      // The first byte occurs only once in what is searched for, so a match can restart only with it.
      else state.matched = byte === frameStart[0] ? 1 : 0;
      if (state.matched === frameStart.length) {
        this.#state = this.#freshHeader();
        this.#consume(frameStart, []);
        return at + 1;
      }
    }
    return chunk.length;
  }

  #freshHeader(): State {
    return { at: "header", block: new HeaderBlock(this.#limits.maxHeaderBytes) };
  }
}

function lowerCase(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}
