import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteCollector } from "../../../src/ssh/exec/byte-collector.ts";

describe("ByteCollector", () => {
  it("gives back what it got, in pieces of any size", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.nat(20_000).map((size) => Buffer.alloc(size, size % 251)),
          { maxLength: 40 },
        ),
        (pieces) => {
          const collector = new ByteCollector();
          for (const piece of pieces) collector.add(piece);
          assert.equal(
            collector.length,
            pieces.reduce((sum, piece) => sum + piece.length, 0),
          );
          assert.ok(Buffer.concat(collector.chunks()).equals(Buffer.concat(pieces)));
        },
      ),
      { numRuns: 50 },
    );
  });

  it("goes on after its chunks were looked at", () => {
    const collector = new ByteCollector();
    collector.add(Buffer.from("ab"));
    assert.equal(Buffer.concat(collector.chunks()).toString(), "ab");
    collector.add(Buffer.from("cd"));
    assert.equal(Buffer.concat(collector.chunks()).toString(), "abcd");
  });

  it("doesn't hold on to the buffers of small pieces", () => {
    const collector = new ByteCollector();
    const packet = Buffer.alloc(32_768);
    for (let i = 0; i < 10_000; i++) collector.add(packet.subarray(i, i + 1));
    assert.ok(collector.chunks().every((chunk) => chunk.buffer !== packet.buffer));
    assert.equal(collector.chunks().length, 1);
  });
});
