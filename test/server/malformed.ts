import { limits } from "../../src/protocol/limits.ts";

/** What is sent, and the id and kind of each error that must come back. */
export interface Case {
  readonly name: string;
  readonly sent: string | Buffer;
  readonly answers: readonly (readonly [id: number | string | null, kind: Kind])[];
}

export type Kind = "ParseError" | "InvalidRequest" | "MethodNotFound" | "InvalidParams";

const parseError = [[null, "ParseError"]] as const;
const invalid = [[null, "InvalidRequest"]] as const;
const tooLong = "Content-Length: ".padEnd(limits.maxHeaderBytes + 1, "1");
const good = '{"jsonrpc":"2.0","id":"inner","method":"shutdown"}';

const frame = (body: string | Buffer, fields = ""): Buffer =>
  Buffer.concat([
    Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n${fields}\r\n`),
    Buffer.from(body),
  ]);

const binaryField = (length: number | string): string =>
  `Content-Type: application/vnd.sshrpc; json=${length}\r\n`;

export const malformedFrames: readonly Case[] = [
  { name: "a negative length", sent: "Content-Length: -5\r\n\r\n", answers: parseError },
  { name: "a length with letters", sent: "Content-Length: 12abc\r\n\r\n", answers: parseError },
  { name: "a length with a sign", sent: "Content-Length: +12\r\n\r\n", answers: parseError },
  { name: "a hexadecimal length", sent: "Content-Length: 0x10\r\n\r\n", answers: parseError },
  { name: "a fraction for a length", sent: "Content-Length: 1.5\r\n\r\n", answers: parseError },
  { name: "two lengths in a field", sent: "Content-Length: 2 2\r\n\r\n{}", answers: parseError },
  { name: "no length's value", sent: "Content-Length:\r\n\r\n", answers: parseError },
  {
    name: "a length beyond 2^53",
    sent: "Content-Length: 9007199254740992\r\n\r\n",
    answers: parseError,
  },
  { name: "no Content-Length", sent: "Content-Type: x\r\n\r\n", answers: parseError },
  { name: "an empty header", sent: "\r\n", answers: parseError },
  {
    name: "two Content-Lengths",
    sent: `Content-Length: 2\r\ncontent-length: 2\r\n\r\n{}`,
    answers: parseError,
  },
  { name: "a bare LF", sent: "Content-Length: 2\n", answers: parseError },
  { name: "a bare CR", sent: "Content-Length: 2\rX", answers: parseError },
  { name: "a line without colon", sent: "garbage\r\n", answers: parseError },
  { name: "a name with a space", sent: "Content Length: 2\r\n", answers: parseError },
  { name: "a field without a name", sent: ": 2\r\n", answers: parseError },
  { name: "bytes that are no ASCII", sent: Buffer.from("X-Ä: 1", "latin1"), answers: parseError },
  { name: "a NUL", sent: "X: \0", answers: parseError },
  { name: "a byte order mark", sent: "\uFEFF", answers: parseError },
  { name: "a header that is too long", sent: tooLong, answers: parseError },
  { name: "JSON without a header", sent: '{"jsonrpc":"2.0"}\n', answers: parseError },
  { name: "a cut-off header", sent: "Content-Le", answers: parseError },
  { name: "a cut-off length", sent: "Content-Length: 1", answers: parseError },
  {
    name: "a foreign charset",
    sent: frame("{}", "Content-Type: a/b; charset=latin1\r\n"),
    answers: parseError,
  },
  { name: "an empty body", sent: frame(""), answers: parseError },
  {
    name: "a binary frame that was not granted",
    sent: frame(`${good}bytes`, binaryField(good.length)),
    answers: [["inner", "InvalidRequest"]],
  },
  { name: "a binary frame without json", sent: frame(good, binaryField("")), answers: invalid },
  {
    name: "a binary frame whose JSON is too long",
    sent: frame(good, binaryField(good.length + 1)),
    answers: invalid,
  },
  { name: "a binary frame of -1", sent: frame(good, binaryField(-1)), answers: invalid },
  { name: "a binary frame of 1e1", sent: frame(good, binaryField("1e1")), answers: invalid },
  {
    name: "a binary frame with two lengths",
    sent: frame(good, "Content-Type: application/vnd.sshrpc; json=1; json=1\r\n"),
    answers: invalid,
  },
  {
    name: "a binary frame without a length of JSON",
    sent: frame(good, "Content-Type: application/vnd.sshrpc\r\n"),
    answers: invalid,
  },
  {
    name: "a binary frame with a foreign charset",
    sent: frame(good, `${binaryField(good.length).trimEnd()}; charset=latin1\r\n`),
    answers: parseError,
  },
  {
    name: "a binary frame cut short before its end",
    sent: `Content-Length: 50\r\n${binaryField(20)}\r\n${"[".repeat(50)}`,
    answers: parseError,
  },
  {
    name: "a length that is too short",
    sent: `Content-Length: 5\r\n\r\n${good}`,
    answers: [
      [null, "ParseError"],
      [null, "ParseError"],
    ],
  },
  {
    name: "a message that is too long",
    sent: Buffer.concat([
      Buffer.from(`Content-Length: ${limits.maxMessageBytes + 1}\r\n\r\n`),
      Buffer.alloc(limits.maxMessageBytes + 1, "Content-Length: 2\r\n\r\n{}"),
    ]),
    answers: invalid,
  },
];

export const malformedLines: readonly Case[] = [
  { name: "a header", sent: "Content-Length: 2\n", answers: parseError },
  { name: "half a message", sent: `${good.slice(0, 20)}\n`, answers: parseError },
  { name: "two messages in a line", sent: `${good}${good}\n`, answers: parseError },
  {
    name: "a message that is too long",
    sent: Buffer.concat([Buffer.alloc(limits.maxMessageBytes + 1, "["), Buffer.from("\n")]),
    answers: invalid,
  },
];

export const malformedMessages: readonly Case[] = [
  { name: "no JSON", sent: "nonsense", answers: parseError },
  { name: "half a message", sent: '{"jsonrpc":"2.0","id":1', answers: parseError },
  { name: "a comma too many", sent: '{"jsonrpc":"2.0","id":1,}', answers: parseError },
  { name: "no UTF-8", sent: Buffer.from('{"a":"\xff"}', "latin1"), answers: parseError },
  {
    name: "an overlong form of UTF-8",
    sent: Buffer.from('{"a":"\xc0\xaf"}', "latin1"),
    answers: parseError,
  },
  { name: "a string", sent: '"shutdown"', answers: invalid },
  { name: "a number", sent: "1", answers: invalid },
  { name: "true", sent: "true", answers: invalid },
  { name: "null", sent: "null", answers: invalid },
  { name: "an empty batch", sent: "[]", answers: invalid },
  { name: "a batch", sent: `[${good},${good}]`, answers: invalid },
  { name: "an empty object", sent: "{}", answers: invalid },
  { name: "no jsonrpc", sent: '{"id":1,"method":"shutdown"}', answers: [[1, "InvalidRequest"]] },
  {
    name: "jsonrpc 1.0",
    sent: '{"jsonrpc":"1.0","id":1,"method":"shutdown"}',
    answers: [[1, "InvalidRequest"]],
  },
  {
    name: "jsonrpc as a number",
    sent: '{"jsonrpc":2.0,"id":"a","method":"shutdown"}',
    answers: [["a", "InvalidRequest"]],
  },
  {
    name: "a method that is a number",
    sent: '{"jsonrpc":"2.0","id":1,"method":1}',
    answers: [[1, "InvalidRequest"]],
  },
  {
    name: "a method that is null",
    sent: '{"jsonrpc":"2.0","id":1,"method":null}',
    answers: [[1, "InvalidRequest"]],
  },
  { name: "id null", sent: '{"jsonrpc":"2.0","id":null,"method":"shutdown"}', answers: invalid },
  { name: "id true", sent: '{"jsonrpc":"2.0","id":true,"method":"shutdown"}', answers: invalid },
  { name: "id an object", sent: '{"jsonrpc":"2.0","id":{},"method":"shutdown"}', answers: invalid },
  { name: "id an array", sent: '{"jsonrpc":"2.0","id":[1],"method":"shutdown"}', answers: invalid },
  {
    name: "id 2^53",
    sent: '{"jsonrpc":"2.0","id":9007199254740992,"method":"shutdown"}',
    answers: invalid,
  },
  {
    name: "id -2^53",
    sent: '{"jsonrpc":"2.0","id":-9007199254740992,"method":"shutdown"}',
    answers: invalid,
  },
  {
    name: "id infinite",
    sent: '{"jsonrpc":"2.0","id":1e999,"method":"shutdown"}',
    answers: invalid,
  },
  {
    name: "params a string",
    sent: '{"jsonrpc":"2.0","id":1,"method":"shutdown","params":"x"}',
    answers: [[1, "InvalidRequest"]],
  },
  {
    name: "params a number",
    sent: '{"jsonrpc":"2.0","id":1,"method":"shutdown","params":0}',
    answers: [[1, "InvalidRequest"]],
  },
  {
    name: "params false",
    sent: '{"jsonrpc":"2.0","id":1,"method":"shutdown","params":false}',
    answers: [[1, "InvalidRequest"]],
  },
  {
    name: "a notification's params a string",
    sent: '{"jsonrpc":"2.0","method":"shutdown","params":"x"}',
    answers: invalid,
  },
  { name: "an id alone", sent: '{"jsonrpc":"2.0","id":1}', answers: [[1, "InvalidRequest"]] },
  {
    name: "a result and an error",
    sent: '{"jsonrpc":"2.0","id":1,"result":1,"error":{}}',
    answers: [],
  },
  { name: "a result without id", sent: '{"jsonrpc":"2.0","result":1}', answers: [] },
  {
    name: "an error that is a string",
    sent: '{"jsonrpc":"2.0","id":1,"error":"x"}',
    answers: [],
  },
  {
    name: "a result as JSON-RPC 1.0 has it",
    sent: '{"id":1,"result":{},"error":null}',
    answers: [],
  },
  {
    name: "an error beside a null result",
    sent: '{"jsonrpc":"2.0","id":1,"result":null,"error":{"code":1,"message":"x"}}',
    answers: [],
  },
  {
    name: "what is inherited only",
    sent: '{"__proto__":{"jsonrpc":"2.0","id":1,"method":"shutdown"}}',
    answers: invalid,
  },
  {
    name: "an unknown method",
    sent: '{"jsonrpc":"2.0","id":1,"method":"session.fly"}',
    answers: [[1, "MethodNotFound"]],
  },
  {
    name: "an inherited method",
    sent: '{"jsonrpc":"2.0","id":1,"method":"constructor"}',
    answers: [[1, "MethodNotFound"]],
  },
  {
    name: "__proto__ for a method",
    sent: '{"jsonrpc":"2.0","id":1,"method":"__proto__"}',
    answers: [[1, "MethodNotFound"]],
  },
  {
    name: "a path for a method",
    sent: '{"jsonrpc":"2.0","id":1,"method":"../server/main"}',
    answers: [[1, "MethodNotFound"]],
  },
  {
    name: "a notification as a request",
    sent: '{"jsonrpc":"2.0","id":1,"method":"exit"}',
    answers: [[1, "MethodNotFound"]],
  },
  {
    name: "a cancellation as a request",
    sent: '{"jsonrpc":"2.0","id":1,"method":"$/cancelRequest","params":{"id":1}}',
    answers: [[1, "MethodNotFound"]],
  },
  {
    name: "a param unknown",
    sent: '{"jsonrpc":"2.0","id":1,"method":"shutdown","params":{"x":1}}',
    answers: [[1, "InvalidParams"]],
  },
  {
    name: "a param __proto__",
    sent: '{"jsonrpc":"2.0","id":1,"method":"shutdown","params":{"__proto__":1}}',
    answers: [[1, "InvalidParams"]],
  },
  {
    name: "a param toString",
    sent: '{"jsonrpc":"2.0","id":1,"method":"shutdown","params":{"toString":1}}',
    answers: [[1, "InvalidParams"]],
  },
];

export const ignoredMessages: readonly Case[] = [
  {
    name: "a cancellation without params",
    sent: '{"jsonrpc":"2.0","method":"$/cancelRequest"}',
    answers: [],
  },
  {
    name: "a cancellation with a string",
    sent: '{"jsonrpc":"2.0","method":"$/cancelRequest","params":"x"}',
    answers: [],
  },
  {
    name: "a cancellation by position",
    sent: '{"jsonrpc":"2.0","method":"$/cancelRequest","params":[1]}',
    answers: [],
  },
  {
    name: "a cancellation of null",
    sent: '{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":null}}',
    answers: [],
  },
  {
    name: "a cancellation of nothing in flight",
    sent: '{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":7}}',
    answers: [],
  },
  {
    name: "an unknown notification",
    sent: '{"jsonrpc":"2.0","method":"a/b","params":{"x":1}}',
    answers: [],
  },
  {
    name: "initialized",
    sent: '{"jsonrpc":"2.0","method":"initialized","params":{}}',
    answers: [],
  },
  {
    name: "$/setTrace with a value of no kind",
    sent: '{"jsonrpc":"2.0","method":"$/setTrace","params":{"value":"loud"}}',
    answers: [],
  },
  {
    name: "$/progress without params",
    sent: '{"jsonrpc":"2.0","method":"$/progress"}',
    answers: [],
  },
  {
    name: "$/logTrace without params",
    sent: '{"jsonrpc":"2.0","method":"$/logTrace"}',
    answers: [],
  },
  {
    name: "a request of ours as a notification",
    sent: '{"jsonrpc":"2.0","method":"session.free","params":[1]}',
    answers: [],
  },
  {
    name: "the same with bad params",
    sent: '{"jsonrpc":"2.0","method":"session.free","params":["x"]}',
    answers: [],
  },
  { name: "a response to nothing", sent: '{"jsonrpc":"2.0","id":1,"result":null}', answers: [] },
  {
    name: "an error to nothing",
    sent: '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}',
    answers: [],
  },
];
