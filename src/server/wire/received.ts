import type { Buffer } from "node:buffer";
import type { RawParams } from "./envelope.ts";

/**
 * A request's or notification's params with what else dispatch must know of it. It takes the place
 * of `params` on the way through vscode-jsonrpc, which tells handlers nothing more of a message.
 */
export interface Received {
  readonly params: RawParams | undefined;
  /** The bytes beside the JSON, where it came in a binary frame. */
  readonly binary: Buffer | undefined;
  /** When the message was read, on performance.now()'s clock. */
  readonly receivedAt: number;
  /** The request's number in the log; a notification has none, and no id. */
  readonly number?: number;
  readonly id?: string | number;
  /** To be called when it has been dealt with: it no longer counts as pending. */
  readonly done: () => void;
}
