import assert from "node:assert/strict";
import { printable, quote, sanitize } from "../../../src/codecs/text/printable.ts";
import { bytes } from "../scp/transcript.ts";

describe("messages of a remote scp", () => {
  for (const [what, message, expected] of [
    ["ends of lines and tabs", "a\tb\r\nc\n", "a b c"],
    ["C0 controls and DEL", "a\0\x07\x08\x1b\x7fb", "ab"],
    ["escape sequences", "\x1b[2J\x1b]0;title\x07x", "[2J]0;titlex"],
    ["C1 controls in UTF-8", "a\xc2\x9b2Jb", "a2Jb"],
    ["C1 controls as bytes", "a\x9b2Jb", "a2Jb"],
    ["bidirectional controls", "a\xe2\x80\xaeb\xe2\x81\xa6c\xe2\x80\x8fd", "abcd"],
    ["line separators", "a\xe2\x80\xa8b", "a b"],
  ] as const) {
    it(`lose ${what}`, () => assert.equal(sanitize(bytes(message)), expected));
  }

  it("are UTF-8, or else Latin-1", () => {
    assert.equal(sanitize(bytes("caf\xc3\xa9")), "caf\u00e9");
    assert.equal(sanitize(bytes("caf\xe9 \xc3\xa9")), "caf\u00e9 \u00c3\u00a9");
  });

  it("are still UTF-8 if cut inside a character", () => {
    assert.equal(sanitize(bytes("caf\xc3\xa9\xe2\x82")), "caf\u00e9");
  });

  it("are cut, between characters", () => {
    assert.equal(sanitize(bytes("x".repeat(2000))), "x".repeat(1024));
    assert.equal(printable("\u{1f600}\u{1f600}", 1), "\u{1f600}");
  });

  it("are quoted, or shown in hex", () => {
    assert.equal(quote(bytes(`say "hi"\n`)), String.raw`"say \"hi\""`);
    assert.equal(quote(bytes("\0\x1b")), "0x001b");
    assert.equal(quote(bytes("x".repeat(100))), `"${"x".repeat(64)}"`);
    assert.equal(quote(new Uint8Array(100)).length, 2 + 64);
  });
});
