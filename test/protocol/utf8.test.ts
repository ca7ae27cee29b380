import assert from "node:assert/strict";
import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { areUtf8, incompleteTail } from "../../src/protocol/utf8.ts";

describe("incompleteTail", () => {
  const cases: [string, number[], number][] = [
    ["nothing", [], 0],
    ["ASCII", [0x61], 0],
    ["the first of two", [0x61, 0xc3], 1],
    ["two of two", [0xc3, 0xbc], 0],
    ["one of three", [0xe2], 1],
    ["two of three", [0xe2, 0x82], 2],
    ["three of three", [0xe2, 0x82, 0xac], 0],
    ["three of four", [0xf0, 0x9f, 0x98], 3],
    ["four of four", [0xf0, 0x9f, 0x98, 0x80], 0],
    ["what never is UTF-8", [0xff], 0],
    ["continuations without a beginning", [0x80, 0x80, 0x80, 0x80], 0],
  ];
  for (const [name, bytes, expected] of cases) {
    it(`is ${expected} for ${name}`, () => {
      assert.equal(incompleteTail(Uint8Array.from(bytes)), expected);
    });
  }

  it("leaves whole characters, wherever text is cut", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), fc.nat(), (text, at) => {
        const bytes = Buffer.from(text.toWellFormed(), "utf8");
        const cut = bytes.subarray(0, at % (bytes.length + 1));
        const tail = incompleteTail(cut);
        assert.ok(isUtf8(cut.subarray(0, cut.length - tail)));
      }),
    );
  });
});

describe("areUtf8", () => {
  it("is what isUtf8 is of all of them joined, wherever they are cut", () => {
    const text = fc.string({ unit: "binary" }).map((each) => Buffer.from(each.toWellFormed()));
    const bytes = fc.uint8Array({ maxLength: 3 }).map((each) => Buffer.from(each));
    const parts = fc.array(fc.oneof({ weight: 5, arbitrary: text }, bytes), { maxLength: 4 });
    fc.assert(
      fc.property(parts, fc.array(fc.nat({ max: 5 }), { minLength: 1 }), (given, lengths) => {
        const whole = Buffer.concat(given);
        const chunks: Buffer[] = [];
        for (let at = 0, n = 0; at < whole.length; n++) {
          const length = Math.max(n, lengths[n % lengths.length] as number);
          chunks.push(whole.subarray(at, at + length));
          at += length;
        }
        assert.equal(areUtf8(chunks), isUtf8(whole));
      }),
    );
  });

  it("is so of nothing, and not of a character without its end", () => {
    assert.equal(areUtf8([]), true);
    assert.equal(areUtf8([Buffer.from("a"), Buffer.from([0xe2, 0x82])]), false);
    assert.equal(areUtf8([Buffer.from([0xe2, 0x82]), Buffer.from([0xac])]), true);
  });
});
