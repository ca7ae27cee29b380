import { parseError } from "../../protocol/parse-error.ts";
import { isUtf8 } from "node:buffer";
import type { Buffer } from "node:buffer";
import type { Failure } from "../../protocol/errors.ts";
import { invalidRequest } from "../../protocol/invalid-request.ts";

/** A request's id as JSON-RPC 2.0 has it; `null` only in replies to what has no valid id. */
export type Id = string | number | null;

/** JSON-RPC 2.0's params structures: by name or by position. */
export type RawParams = Record<string, unknown> | unknown[];

/** What a message's body turned out to be. */
export type Envelope =
  | {
      readonly type: "request";
      readonly id: string | number;
      readonly method: string;
      readonly params: RawParams | undefined;
    }
  | {
      readonly type: "notification";
      readonly method: string;
      readonly params: RawParams | undefined;
    }
  | { readonly type: "cancel"; readonly params: RawParams | undefined }
  | { readonly type: "response"; readonly message: Record<string, unknown> }
  | { readonly type: "invalid"; readonly id: Id; readonly failure: Failure };

/** Reads a frame's body as one message of JSON-RPC 2.0, in its strict form. */
export function readEnvelope(body: Buffer): Envelope {
  if (!isUtf8(body)) return unparsable("the message is not valid UTF-8");
  let message: unknown;
  try {
    message = JSON.parse(body.toString("utf8"));
  } catch {
    // The parser's own words quote the text, which may hold a password.
    return unparsable("the message is not valid JSON");
  }
  if (Array.isArray(message)) return invalid("batches are not supported");
  if (!isObject(message)) return invalid("the message is not an object");
  return classify(message);
}

function classify(message: Record<string, unknown>): Envelope {
  const { jsonrpc, id, method } = message;
  if (method === undefined && ("result" in message || "error" in message)) {
    return readResponse(message);
  }
  const knownId = isRequestId(id) ? id : null;
  if (jsonrpc !== "2.0") return invalid('jsonrpc must be "2.0"', knownId);
  if (method === undefined) {
    return invalid("the message is neither a request nor a response", knownId);
  }
  if (typeof method !== "string") {
    return invalid("method must be a string", knownId);
  }
  // Some clients send null for none.
  const params = message["params"] ?? undefined;
  const isStructured = params === undefined || isObject(params) || Array.isArray(params);
  if (method === "$/cancelRequest" && id === undefined) {
    return { type: "cancel", params: isStructured ? params : undefined };
  }
  if (id !== undefined && knownId === null) {
    const reason = "id must be a string or a number, an integer within ±(2^53 - 1)";
    return invalid(reason);
  }
  if (!isStructured) return invalid("params must be an object or an array", knownId);
  if (knownId === null) return { type: "notification", method, params };
  return { type: "request", id: knownId, method, params };
}

/**
 * A response, in the forms that libraries give it: JSON-RPC 1.0 had both members, one of them null.
 * One that makes no sense is an error to whoever waits for it. None is ever answered: its id is that
 * of a request of ours, and the reply would seem to be to one of the client's.
 */
function readResponse({ id, result, error }: Record<string, unknown>): Envelope {
  const isError = error !== undefined && error !== null;
  if (!isError) return response({ id, result: result ?? null });
  const isWhole = isObject(error) && (result ?? null) === null;
  return response({ id, error: isWhole ? error : { code: -32603, message: "malformed" } });
}

const response = (members: object): Envelope => ({
  type: "response",
  message: { jsonrpc: "2.0", ...members },
});

const unparsable = (reason: string): Envelope => ({
  type: "invalid",
  id: null,
  failure: parseError(reason),
});

const invalid = (reason: string, id: Id = null): Envelope => ({
  type: "invalid",
  id,
  failure: invalidRequest(reason),
});

/** An integer beyond ±(2^53 - 1) may have been rounded, and could not be given back as it came. */
function isRequestId(id: unknown): id is string | number {
  if (typeof id === "number" && Number.isInteger(id)) return Number.isSafeInteger(id);
  return typeof id === "string" || (typeof id === "number" && Number.isFinite(id));
}

/** An object of JSON, as opposed to an array or a primitive value. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
