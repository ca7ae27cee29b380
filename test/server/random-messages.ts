import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import type { Framing } from "../fixtures/framing.ts";

/** A message on its way to the daemon. */
export interface Sent {
  /** Its JSON, or what has become of it. */
  readonly body: Buffer;
  readonly bytes: Buffer;
}

type Fields = Record<string, unknown>;

/** Changes a message in one way. */
type Change = (message: Fields) => Fields;
type TextChange = (text: Buffer) => Buffer;

const valid: [method: string, params: unknown][] = [
  ["initialize", { capabilities: { binaryFrames: true, logMessage: "error" } }],
  ["daemon.status", {}],
  ["daemon.status", null],
  ["ssh.new", ["host", 22, "user", "password", { timeout: 1 }]],
  ["session.exec", [1, "command", 5, { streams: "separate", env: { A: "b" } }]],
  ["session.exec", { session: 1, command: "cat", stdin: "x", pty: {}, stream: true, token: 5 }],
  ["session.exec", { session: 1, command: "cat", stdin: [0, 3], stdinEncoding: "binary" }],
  ["session.write", ["token", "data"]],
  ["session.write", { token: 1, data: "AA==", encoding: "base64" }],
  ["session.closeStdin", ["token"]],
  ["session.signal", ["token", "INT"]],
  ["session.windowAdjust", ["token", 100]],
  ["session.scpRecv", [1, "/source", { workDoneToken: "t" }]],
  ["session.scpSend", { session: 1, data: "é", dest: "dest", mode: 420 }],
  ["session.scpSendfile", [1, "source", "dest"]],
  ["session.disconnect", [1, 11, "bye"]],
  ["session.free", [1]],
  ["session.free", { session: 2 }],
  ["no.such", { a: [1, { b: null }] }],
  ["$/cancelRequest", { id: 1 }],
  ["$/setTrace", { value: "off" }],
  ["initialized", {}],
];

const id = fc.oneof(
  { weight: 6, arbitrary: fc.integer() },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, "1", -1.5, "") },
  fc.maxSafeInteger(),
  fc.double(),
  fc.string({ unit: fc.constantFrom("a", "é", "😀", "\ud800", "\0", '"', "\\") }),
  fc.constant(undefined),
  fc.jsonValue(),
);

const fragments = [
  ..."0 - 1e999 12345678901234567890 9007199254740993 null true é 😀 \uFEFF \0".split(" "),
  ...String.raw`" { } [ ] , : \ud800 \u0000 "id":1, "__proto__":{}, "constructor":1,`.split(" "),
  "\r\n",
];
const fragment = fc.constantFrom(...fragments.map((text) => Buffer.from(text)), Buffer.of(0xff));
const position = fc.nat({ max: 1000 });
const name = fc.constantFrom("jsonrpc", "id", "method", "params", "result", "error");

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Change>((whole) => whole) },
  name.map((field): Change => {
    return (whole) => Object.fromEntries(Object.entries(whole).filter(([key]) => key !== field));
  }),
  fc.tuple(name, fc.jsonValue()).map(([field, value]): Change => {
    return (whole) => ({ ...whole, [field]: value });
  }),
  fc.tuple(position, fc.jsonValue()).map(([at, value]): Change => {
    return ({ params, ...others }) => ({ ...others, params: changed(params, at, value) });
  }),
  fc.tuple(fc.string(), fc.jsonValue()).map(([field, value]): Change => {
    return ({ params, ...others }) => ({
      ...others,
      params: { ...(params as object), [field]: value },
    });
  }),
  fc.nat({ max: 300 }).map((depth): Change => {
    return (whole) => ({ ...whole, params: [nested(depth)] });
  }),
);

const textChange: fc.Arbitrary<TextChange> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<TextChange>((text) => text) },
  position.map(
    (at): TextChange =>
      (text) =>
        text.subarray(0, at % (text.length + 1)),
  ),
  fc.tuple(position, fc.nat({ max: 255 })).map(([at, byte]): TextChange => {
    return (text) => spliced(text, at, Buffer.of(byte), 1);
  }),
  fc.tuple(position, fragment).map(([at, bytes]): TextChange => {
    return (text) => spliced(text, at, bytes);
  }),
);

const binary = fc.option(fc.uint8Array({ maxLength: 10 }), { freq: 5, nil: undefined });

/** A message that was valid, and has been changed in one way or two, or not at all. */
export function message(framing: Framing): fc.Arbitrary<Sent> {
  return fc
    .tuple(fc.constantFrom(...valid), id, change, textChange, binary)
    .map(([[method, params], itsId, edit, editText, bytes]) => {
      const whole = edit({ jsonrpc: "2.0", id: itsId, method, params });
      const body = editText(Buffer.from(JSON.stringify(whole)));
      return { body, bytes: framed(body, framing, bytes) };
    });
}

/** What the contract says of a body: the id of the one reply, as JSON, or undefined for none. */
export function replyId(body: Buffer): string | undefined {
  const parsed = isUtf8(body) ? parse(body.toString()) : undefined;
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return "null";
  const own = parsed as Fields;
  const isId =
    typeof own["id"] === "string" ||
    (Number.isFinite(own["id"]) &&
      (!Number.isInteger(own["id"]) || Number.isSafeInteger(own["id"])));
  const answered = isId ? JSON.stringify(own["id"]) : "null";
  // A response is never answered, whatever is wrong with it.
  if (own["method"] === undefined && ("result" in own || "error" in own)) return undefined;
  if (own["jsonrpc"] !== "2.0" || own["method"] === undefined) return answered;
  const isCancel = own["method"] === "$/cancelRequest" && own["id"] === undefined;
  if (isCancel) return undefined;
  const isRequest = typeof own["method"] === "string" && typeof (own["params"] ?? {}) === "object";
  return isRequest && own["id"] === undefined ? undefined : answered;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function framed(body: Buffer, framing: Framing, bytes: Uint8Array | undefined): Buffer {
  // A line can't hold a line's end, nor be blank.
  if (framing === "lines") return Buffer.concat([body, Buffer.from("\n")]);
  const json = body.length;
  const type = bytes ? `Content-Type: application/vnd.sshrpc; json=${json}\r\n` : "";
  const header = `Content-Length: ${json + (bytes?.length ?? 0)}\r\n${type}\r\n`;
  return Buffer.concat([Buffer.from(header), body, bytes ?? Buffer.alloc(0)]);
}

function changed(params: unknown, at: number, value: unknown): unknown {
  if (Array.isArray(params)) return params.with(at % params.length, value);
  const fields = Object.entries((params ?? {}) as Fields);
  if (fields.length === 0) return value;
  return Object.fromEntries(
    fields.with(at % fields.length, [fields[at % fields.length]?.[0] ?? "", value]),
  );
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { value };
  return value;
}

function spliced(text: Buffer, at: number, bytes: Buffer, remove = 0): Buffer {
  const start = at % (text.length + 1);
  return Buffer.concat([text.subarray(0, start), bytes, text.subarray(start + remove)]);
}
