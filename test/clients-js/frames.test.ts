import assert from "node:assert/strict";
import { FrameDecoder } from "../../clients/js/rpc/frame-decoder.ts";
import { header } from "../../clients/js/rpc/frame.ts";
import { readBytes } from "../../clients/js/rpc/bytes.ts";

const text = '{"jsonrpc":"2.0","id":1,"result":"é"}';
const message = JSON.parse(text);

function frame(json: string, binary?: Buffer): Buffer {
  const head = Buffer.from(header(Buffer.byteLength(json), binary) + json);
  return binary === undefined ? head : Buffer.concat([head, binary]);
}

function decoded(chunks: Iterable<Buffer>) {
  const decoder = new FrameDecoder();
  const frames = [...chunks].flatMap((chunk) => [...decoder.push(chunk)]);
  return { frames, isBetweenMessages: decoder.isBetweenMessages };
}

describe("JavaScript client: frames", () => {
  const binary = Buffer.from([0, 13, 10, 255]);
  const stream = Buffer.concat([frame(text), frame(text, binary), frame(text, Buffer.alloc(0))]);

  for (const size of [1, 2, 7, 50, 10_000]) {
    it(`come in pieces of ${size}`, () => {
      const count = Math.ceil(stream.length / size);
      const chunks = Array.from({ length: count }, (_, at) =>
        stream.subarray(at * size, at * size + size),
      );
      const { frames, isBetweenMessages } = decoded(chunks);
      assert.deepEqual(
        frames.map((each) => each.message),
        [message, message, message],
      );
      assert.deepEqual(
        frames.map((each) => [...each.binary]),
        [[], [...binary], []],
      );
      assert.ok(isBetweenMessages);
    });
  }

  it("may end inside a message, and then say so", () => {
    assert.equal(decoded([stream.subarray(0, 10)]).isBetweenMessages, false);
    assert.equal(decoded([frame(text).subarray(0, -1)]).isBetweenMessages, false);
  });

  it("have fields of any case and order", () => {
    const head = `content-TYPE: application/vscode-jsonrpc; charset=utf8\r\nX: y\r\ncontent-length:${Buffer.byteLength(text)}\r\n\r\n`;
    assert.deepEqual(decoded([Buffer.from(head + text)]).frames[0]?.message, message);
  });

  for (const [what, bytes] of [
    ["no header", "Segmentation fault\r\n\r\n"],
    ["no Content-Length", "X: y\r\n\r\n"],
    ["a malformed Content-Length", "Content-Length: -1\r\n\r\n"],
    ["a malformed Content-Length", "Content-Length: 1\r\nContent-Length: 1\r\n\r\n"],
    ["another charset", "Content-Length: 1\r\nContent-Type: a; charset=latin1\r\n\r\n"],
    ["a binary frame that", "Content-Length: 1\r\nContent-Type: application/vnd.sshrpc\r\n\r\n"],
    [
      "JSON is longer",
      "Content-Length: 2\r\nContent-Type: application/vnd.sshrpc; json=3\r\n\r\n{}",
    ],
    ["what is no JSON", "Content-Length: 1\r\n\r\n{"],
    ["no message of JSON-RPC", "Content-Length: 2\r\n\r\n{}"],
    ["no message of JSON-RPC", "Content-Length: 4\r\n\r\nnull"],
    ["no header", "x".repeat(5000)],
  ] as const) {
    it(`are refused: ${what}, ${JSON.stringify(bytes.slice(0, 60))}`, () => {
      assert.throws(
        () => decoded([Buffer.from(bytes)]),
        (error: Error & { kind: string }) => {
          assert.ok(error.message.includes(what), error.message);
          return error.kind === "DaemonError";
        },
      );
    });
  }

  it("carry bytes in three ways, and no other", () => {
    assert.deepEqual(readBytes([1, 2], "binary", binary), binary.subarray(1, 3));
    assert.deepEqual(readBytes("é", "utf8", binary), Buffer.from("é"));
    assert.deepEqual(readBytes("/w==", "base64", binary), Buffer.from([255]));
    for (const [value, encoding] of [
      [[3, 2], "binary"],
      [[-1, 1], "binary"],
      ["x", "binary"],
      ["x", "hex"],
      [[0, 1], "utf8"],
    ]) {
      assert.throws(() => readBytes(value, encoding, binary), { kind: "DaemonError" });
    }
  });
});
