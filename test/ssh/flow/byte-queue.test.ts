import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteQueue } from "../../../src/ssh/flow/byte-queue.ts";

describe("ByteQueue", () => {
  it("gives back what it got, in pieces of any size", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.nat(20_000).map((size) => Buffer.alloc(size, size % 251)),
          { maxLength: 40 },
        ),
        (pieces) => {
          const queue = new ByteQueue();
          for (const piece of pieces) queue.push(piece);
          assert.equal(
            queue.length,
            pieces.reduce((sum, piece) => sum + piece.length, 0),
          );
          assert.ok(Buffer.concat(queue.chunks()).equals(Buffer.concat(pieces)));
        },
      ),
      { numRuns: 50 },
    );
  });

  it("has no piece where it has no byte", () => {
    const queue = new ByteQueue();
    assert.deepEqual(queue.chunks(), []);
    assert.equal(queue.shift(), undefined);
    queue.push(Buffer.alloc(0));
    assert.equal(queue.shift(), undefined);
    queue.push(Buffer.from("ab"));
    assert.equal(queue.shift()?.toString(), "ab");
    assert.equal(queue.length, 0);
  });

  it("goes on after its chunks were looked at", () => {
    const queue = new ByteQueue();
    queue.push(Buffer.from("ab"));
    assert.equal(Buffer.concat(queue.chunks()).toString(), "ab");
    queue.push(Buffer.from("cd"));
    assert.equal(Buffer.concat(queue.chunks()).toString(), "abcd");
  });

  it("is taken from the front, while more comes", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20_000), { maxLength: 60 }), (sizes) => {
        const queue = new ByteQueue();
        const came: Uint8Array[] = [];
        const taken: Uint8Array[] = [];
        for (const [count, size] of sizes.entries()) {
          const piece = Buffer.alloc(size, count);
          queue.push(piece);
          came.push(piece);
          if (count % 3 === 1) taken.push(queue.shift() ?? Buffer.alloc(0));
          if (count % 3 === 2) {
            taken.push(queue.peek(size));
            queue.drop(size);
          }
        }
        taken.push(...queue.chunks());
        assert.ok(Buffer.concat(taken).equals(Buffer.concat(came)));
      }),
      { numRuns: 50 },
    );
  });

  it("doesn't hold on to the buffers of small pieces", () => {
    const queue = new ByteQueue();
    const packet = Buffer.alloc(32_768);
    for (let i = 0; i < 10_000; i++) queue.push(packet.subarray(i, i + 1));
    assert.ok(queue.chunks().every((chunk) => chunk.buffer !== packet.buffer));
    assert.ok(queue.chunks().length < 4);
  });
});
