import assert from "node:assert/strict";
import fc from "fast-check";
import type { StreamName } from "../../../src/ssh/flow/output-queue.ts";
import { OutputQueue } from "../../../src/ssh/flow/output-queue.ts";

const streams = ["stdout", "stderr"] as const;

/** Each byte by itself, with its stream. */
const spread = (stream: StreamName, bytes: Uint8Array) =>
  [...bytes].map((byte) => `${stream} ${byte}`);

describe("OutputQueue", () => {
  it("gives the bytes in the order in which they came, each stream's apart", () => {
    const push = fc.record({ stream: fc.constantFrom(...streams), size: fc.nat(10_000) });
    const take = fc.record({ most: fc.integer({ min: 1, max: 20_000 }), part: fc.double() });
    fc.assert(
      fc.property(fc.array(fc.oneof(push, take), { maxLength: 60 }), (steps) => {
        const queue = new OutputQueue();
        const expected: string[] = [];
        const given: string[] = [];
        const check = (most: number, part = 1) => {
          const next = queue.peek(most);
          if (!next) return assert.equal(queue.length, 0);
          assert.ok(next.bytes.length > 0 && next.bytes.length <= most);
          const size = Math.ceil(next.bytes.length * part);
          given.push(...spread(next.stream, next.bytes.subarray(0, size)));
          queue.drop(size);
        };
        for (const [count, step] of steps.entries()) {
          if ("most" in step) check(step.most, (count % 3) / 2);
          else {
            const bytes = Buffer.alloc(step.size, count);
            queue.push(step.stream, bytes);
            expected.push(...spread(step.stream, bytes));
          }
          assert.equal(queue.length, expected.length - given.length);
        }
        for (let next = queue.shift(); next; next = queue.shift()) {
          given.push(...spread(next.stream, next.bytes));
        }
        assert.deepEqual(given, expected);
      }),
      { numRuns: 30 },
    );
  });

  it("gives as many bytes of a stream as lie together", () => {
    const queue = new OutputQueue();
    for (let count = 0; count < 10_000; count++) queue.push("stderr", Buffer.from("e"));
    for (const name of streams) queue.push(name, Buffer.from("x"));
    assert.equal(queue.peek(Infinity)?.bytes.length, 10_000);
  });

  it("has no more than some bytes for each byte, wherever it came from", () => {
    const count = 1_000_000;
    const before = process.memoryUsage();
    const queue = new OutputQueue();
    const packet = Buffer.alloc(1);
    for (let n = 0; n < count; n++) {
      queue.push(streams[n % 2] as StreamName, packet);
      queue.push("stdout", packet.subarray(1));
    }
    const after = process.memoryUsage();
    const grown = after.heapUsed + after.external - before.heapUsed - before.external;
    assert.ok(grown < 64 * count, `${grown / count} bytes for each`);
    let taken = 0;
    for (let next = queue.shift(); next; next = queue.shift()) taken += next.bytes.length;
    assert.equal(taken, count);
  });
});
