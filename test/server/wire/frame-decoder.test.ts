import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { Failure } from "../../../src/protocol/errors.ts";
import { limits } from "../../../src/protocol/limits.ts";
import { FrameDecoder } from "../../../src/server/wire/frame-decoder.ts";
import type { Body, Limits } from "../../../src/server/wire/frame.ts";

/** The bodies as text, and `!` with the kind for each failure. */
function decode(chunks: readonly Buffer[], bounds: Limits = limits): string[] {
  const decoder = new FrameDecoder(bounds);
  const frames = chunks.flatMap((chunk) => decoder.push(chunk));
  return [...frames, ...decoder.end()].map((frame) =>
    frame instanceof Failure ? `!${frame.kind}` : frame.json.toString(),
  );
}

const frame = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const streams: Record<string, { text: string; frames: string[] }> = {
  headers: {
    text: `${frame('{"a":"é€😀"}')}${frame("")}${frame("{}")}`,
    frames: ['{"a":"é€😀"}', "", "{}"],
  },
  "other fields and cases": {
    text: 'X-Y: z\r\ncontent-LENGTH:  2 \r\nContent-Type: a/b; charset="UTF8"\r\n\r\n{}',
    frames: ["{}"],
  },
  "white space first": { text: ` \r\n\t${frame("{}")}`, frames: ["{}"] },
  lines: { text: '{"a":1}\n\r\n  \n[]\r\n{"é":2}', frames: ['{"a":1}', "[]\r", '{"é":2}'] },
  "a bad header, then good ones": {
    text: `Content-Length: x\r\n\r\n${frame("{}")}${frame("[]")}`,
    frames: ["!ParseError", "{}", "[]"],
  },
  "a header cut off by a good one": {
    text: `Content-Type: a\r\nContent-Len${frame("{}")}`,
    frames: ["!ParseError", "{}"],
  },
  "a body that is too long": {
    text: `Content-Length: 101\r\n\r\n${"Content-Length: 2\r\n\r\n".padEnd(101)}${frame("{}")}`,
    frames: ["!InvalidRequest", "{}"],
  },
  "a foreign charset": {
    text: `Content-Length: 2\r\nContent-Type: a/b;charset=latin1\r\n\r\n[]${frame("{}")}`,
    frames: ["!ParseError", "{}"],
  },
  "a foreign charset, with what looks like a frame": {
    text: `Content-Length: 23\r\nContent-Type: a;charset=latin1\r\n\r\n${frame("[]")}${frame("{}")}`,
    frames: ["!ParseError", "{}"],
  },
  "a line that is too long": {
    text: `{}\n{${"x".repeat(101)}\n[]\n`,
    frames: ["{}", "!InvalidRequest", "[]"],
  },
  "the end inside a header": { text: `${frame("{}")}Content-`, frames: ["{}", "!ParseError"] },
  "the end inside a body": { text: "Content-Length: 5\r\n\r\n{}", frames: ["!ParseError"] },
  "the end after a bad header": { text: "x\n", frames: ["!ParseError"] },
  "nothing but white space": { text: " \r\n", frames: [] },
};

describe("server: frame decoder", () => {
  const bounds = { maxHeaderBytes: 80, maxMessageBytes: 100 };
  for (const [name, { text, frames }] of Object.entries(streams)) {
    const bytes = Buffer.from(text);

    it(`${name}: cut in two anywhere`, () => {
      for (let at = 0; at <= bytes.length; at++) {
        assert.deepEqual(decode([bytes.subarray(0, at), bytes.subarray(at)], bounds), frames);
      }
    });

    it(`${name}: byte by byte`, () => {
      const chunks = Array.from(bytes, (byte) => Buffer.of(byte));
      assert.deepEqual(decode(chunks, bounds), frames);
    });
  }

  it("takes a header of just the longest length", () => {
    const fields = `Content-Length: 2\r\nX: \r\n\r\n`;
    const padding = "x".repeat(bounds.maxHeaderBytes - fields.length);
    const atMost = fields.replace("X: ", `X: ${padding}`);
    assert.deepEqual(decode([Buffer.from(`${atMost}{}`)], bounds), ["{}"]);
    const tooLong = fields.replace("X: ", `X: x${padding}`);
    assert.deepEqual(decode([Buffer.from(`${tooLong}{}`)], bounds), ["!ParseError"]);
  });

  it("answers a fault at the byte that shows it", () => {
    for (const start of ["Content-Length: x", "no colon", "X: 1\n", "{}\n", "X: é"]) {
      const text = start.startsWith("{") ? `${frame("")}${start.slice(0, 1)}` : start;
      const decoder = new FrameDecoder(limits);
      const failures = decoder.push(Buffer.from(text)).filter((each) => each instanceof Failure);
      assert.equal(failures.length, 1, start);
    }
  });

  it("is none the worse for any garbage: the second good frame after it arrives", () => {
    const garbage = fc.array(
      fc.oneof(
        fc.constantFrom(
          "Content-Length:",
          "content-length: 3",
          " ",
          "\r\n",
          "\r",
          "\n",
          ": ",
          "{}",
        ),
        fc.string({
          unit: fc.constantFrom("a", "C", ":", "-", "\0", "\t", "é", "😀"),
          maxLength: 5,
        }),
      ),
    );
    fc.assert(
      fc.property(garbage, fc.integer({ min: 1, max: 20 }), (parts, size) => {
        const bytes = Buffer.from(
          `${frame("{}")}${parts.join("")}\n${frame("[1]")}${frame("[2]")}`,
        );
        const chunks: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
        const frames = decode(chunks);
        assert.equal(frames[0], "{}");
        assert.equal(frames.at(-1), "[2]");
      }),
    );
  });

  const unit = (pattern: string): Buffer =>
    Buffer.from(pattern.repeat(Math.ceil(65_536 / pattern.length)));
  const costly = {
    "without any line end": unit("a"),
    "of lines like a header's": unit("a: b\r\n"),
    "of headers that go wrong at their end": unit(`Content-Length: 5\r\n${"a: b\r\n".repeat(900)}`),
    "of digits": unit(`Content-Length: ${"5".repeat(4090)}`),
  };
  for (const [name, chunk] of Object.entries(costly)) {
    it(`gets through 43 MB of garbage ${name}`, () => {
      const decoder = new FrameDecoder(limits);
      let failures = 0;
      for (let size = 0; size < 43e6; size += chunk.length) failures += decoder.push(chunk).length;
      assert.ok(failures > 0 && failures <= 43e6 / 4096 + 1, `${failures} failures`);
    }).timeout(120_000);
  }

  it("allocates nothing for what a header merely announces", () => {
    const before = process.memoryUsage();
    const decoder = new FrameDecoder(limits);
    const announce = (length: number) =>
      decoder.push(Buffer.from(`Content-Length: ${length}\r\n\r\n{`)).length;
    assert.equal(announce(3e9), 1);
    assert.equal(new FrameDecoder(limits).push(Buffer.from("{".repeat(1000))).length, 0);
    const second = new FrameDecoder(limits);
    second.push(Buffer.from(`Content-Length: ${limits.maxMessageBytes}\r\n\r\n{`));
    assert.ok(process.memoryUsage().arrayBuffers - before.arrayBuffers < 1e6);
  });

  it("holds hardly more than what has come of a long line, and gives it whole", () => {
    const decoder = new FrameDecoder(limits);
    const chunk = Buffer.alloc(65_536, "x");
    const opening = Buffer.from('{"');
    decoder.push(opening);
    const before = process.memoryUsage().arrayBuffers;
    // Just beyond a power of two: doubled, it would be twice as much.
    const size = 68 * 2 ** 20;
    for (let at = 0; at < size; at += chunk.length) assert.equal(decoder.push(chunk).length, 0);
    const held = process.memoryUsage().arrayBuffers - before;
    assert.ok(held < size + 2 * 2 ** 20, `${held} bytes`);
    const [line] = decoder.push(Buffer.from('"\n')) as [Body];
    assert.equal(line.json.length, opening.length + size + 1);
    assert.ok(line.json.subarray(2, -1).equals(Buffer.alloc(size, "x")));
  });
});
