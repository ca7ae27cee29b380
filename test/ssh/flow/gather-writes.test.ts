import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, it } from "mocha";
import { gatherWrites } from "../../../src/ssh/flow/gather-writes.ts";

/** Notes what leaves it in one piece, as lengths of what was written. */
function gathering() {
  const pieces: number[][] = [];
  const stream = new Duplex({
    write(chunk: Buffer, _encoding, done) {
      pieces.push([chunk.length]);
      done();
    },
    writev(chunks, done) {
      pieces.push(chunks.map(({ chunk }) => (chunk as Buffer).length));
      done();
    },
  });
  gatherWrites(stream as Socket);
  return { stream, pieces };
}

describe("gathering writes", () => {
  it("sends in one piece what is written in one turn of the event loop", async () => {
    const { stream, pieces } = gathering();
    stream.write(Buffer.alloc(1));
    await Promise.resolve();
    process.nextTick(() => stream.write(Buffer.alloc(2)));
    await nextTurn();
    stream.write(Buffer.alloc(3));
    await nextTurn();
    assert.deepEqual(pieces, [[1, 2], [3]]);
  });

  it("holds back no more than 32 KiB", () => {
    const { stream, pieces } = gathering();
    for (const size of [20_000, 20_000, 1]) stream.write(Buffer.alloc(size));
    assert.deepEqual(pieces, [[20_000, 20_000]]);
  });

  it("still sends what was written when the socket is destroyed or ended", async () => {
    for (const finish of ["destroy", "end"] as const) {
      const { stream, pieces } = gathering();
      stream.write(Buffer.alloc(1));
      stream.write(Buffer.alloc(2));
      stream[finish]();
      await nextTurn();
      assert.deepEqual(pieces, [[1, 2]], finish);
    }
  });
});
