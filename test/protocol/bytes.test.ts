import assert from "node:assert/strict";
import { remoteBytes } from "../../src/protocol/bytes.ts";

/** What of `length` bytes is made of these, in the encoding that is chosen for it. */
const encodingOf = (unit: string, length = 100_000): string =>
  remoteBytes([Buffer.alloc(length / 2, unit), Buffer.alloc(length / 2, unit)]).encoding;

describe("the encoding of remote bytes", () => {
  it("is UTF-8 where they are text", () => {
    for (const text of ["a", "é", '{"json": "of sorts"}\n', "a line\tof a log\n"]) {
      assert.equal(encodingOf(text), "utf8", text);
    }
  });

  it("is base64 where as text they would be longer: escapes are up to six bytes each", () => {
    for (const text of ["\0", "\n", "\x1b[1m", '"\\', "ab\0"]) {
      assert.equal(encodingOf(text), "base64", JSON.stringify(text));
    }
    assert.equal(remoteBytes([Buffer.alloc(10, 0xff)]).encoding, "base64");
  });

  it("is UTF-8 for a little of it, whatever it costs, and where it is asked for", () => {
    assert.equal(encodingOf("\0", 100), "utf8");
    assert.equal(remoteBytes([Buffer.alloc(1e6)], "utf8").encoding, "utf8");
  });

  it("doesn't cost more than base64 by much, in however small chunks it came", () => {
    const chunks = Array.from({ length: 50_000 }, () => Buffer.alloc(2));
    assert.equal(remoteBytes(chunks).encoding, "base64");
  });
});
