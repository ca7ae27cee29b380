import type { Buffer } from "node:buffer";
import type { Failure } from "../../protocol/errors.ts";

/** How messages are told apart: by LSP's Content-Length header, or as one line of JSON each. */
export type Framing = "header" | "line";

/** A message as it was framed. */
export interface Body {
  readonly json: Buffer;
  /** The bytes beside the JSON, where it is a binary frame. */
  readonly binary?: Buffer;
}

/** A message's body, or why there is none: what the client is answered. */
export type Frame = Body | Failure;

export interface Limits {
  readonly maxHeaderBytes: number;
  readonly maxMessageBytes: number;
}

/** Cuts a stream into frames. Pure: bytes in, frames out. */
export interface FrameSplitter {
  push(chunk: Buffer): Frame[];
  /** The stream has ended. */
  end(): Frame[];
}
