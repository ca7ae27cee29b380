import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { RemoteBytes } from "../../../src/protocol/bytes.ts";
import { contentOf, pieceLengths, pieces } from "../../../src/server/wire/json-pieces.ts";

function json(message: object): string {
  const { json: parts } = contentOf(message);
  const bytes = Buffer.concat(parts.flatMap((part) => [...pieces(part)]));
  const lengths = parts.flatMap((part) => [...pieceLengths(part)]);
  assert.equal(
    lengths.reduce((sum, length) => sum + length, 0),
    bytes.length,
  );
  return bytes.toString();
}

/** Cuts bytes into chunks, empty ones included. */
const cut = (bytes: Uint8Array, at: number[]): Uint8Array[] => {
  const ends = at.map((each) => each % (bytes.length + 1)).toSorted((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
};

describe("server: JSON of remote bytes", () => {
  it("says what JSON.stringify says where there are none", () => {
    const values = fc.object({ withNullPrototype: true, values: [fc.jsonValue()] });
    const withUndefined = fc.tuple(
      values,
      fc.constant({ a: undefined, "é\ud800": { b: undefined } }),
    );
    fc.assert(
      fc.property(withUndefined, ([left, right]) => {
        const message = { ...left, ...right };
        assert.equal(json(message), JSON.stringify(message));
      }),
    );
  });

  it("gives back exactly the bytes as base64, however they are cut", () => {
    const all = fc.tuple(fc.uint8Array({ maxLength: 2000 }), fc.array(fc.nat(), { maxLength: 9 }));
    fc.assert(
      fc.property(all, ([bytes, at]) => {
        const data = new RemoteBytes(cut(bytes, at), "base64");
        const { result } = JSON.parse(json({ result: { data } }));
        assert.equal(result.data, Buffer.from(bytes).toString("base64"));
      }),
    );
  });

  it("gives back exactly the text, however its bytes are cut", () => {
    const all = fc.tuple(fc.string({ unit: "binary" }), fc.array(fc.nat(), { maxLength: 9 }));
    fc.assert(
      fc.property(all, ([text, at]) => {
        const output = new RemoteBytes(cut(Buffer.from(text), at), "utf8");
        const message = JSON.parse(json({ error: { data: { kind: "Timeout", output } } }));
        assert.deepEqual(message, { error: { data: { kind: "Timeout", output: text } } });
      }),
    );
  });

  it("takes every byte, and more of them than a piece", () => {
    const bytes = Buffer.from(Array.from({ length: 1_000_003 }, (_, at) => (at * 31) % 256));
    const base64 = new RemoteBytes([bytes.subarray(0, 400_001), bytes.subarray(400_001)], "base64");
    const text = String.fromCodePoint(...Array.from({ length: 0x900 }, (_, at) => at)).repeat(200);
    const utf8 = new RemoteBytes([Buffer.from(text)], "utf8");
    const { params } = JSON.parse(
      json({ params: { base64, utf8, empty: new RemoteBytes([], "utf8") } }),
    );
    assert.ok(Buffer.from(params.base64, "base64").equals(bytes));
    assert.ok(params.utf8 === text);
    assert.equal(params.empty, "");
  });

  it("puts no newline into a message", () => {
    const output = new RemoteBytes([Buffer.from("a\nb\r\n\u2028")], "utf8");
    assert.equal(json({ a: "\n", output }), '{"a":"\\n","output":"a\\nb\\r\\n\u2028"}');
  });
});
