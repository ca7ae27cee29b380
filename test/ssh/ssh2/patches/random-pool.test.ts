import assert from "node:assert/strict";
import crypto from "node:crypto";
import { fillFromPool } from "../../../../src/ssh/ssh2/patches/random-pool.ts";
import { ssh2 } from "../../../../src/ssh/ssh2/ssh2.ts";

describe("random bytes from a pool", () => {
  it("fill what they are asked to, and nothing beside it", () => {
    const buffer = Buffer.alloc(40);
    assert.equal(fillFromPool(buffer, 10, 20), buffer);
    assert.ok(buffer.subarray(0, 10).every((byte) => byte === 0));
    assert.ok(buffer.subarray(30).every((byte) => byte === 0));
    assert.notDeepEqual(buffer.subarray(10, 30), Buffer.alloc(20));
  });

  it("are never the same, within a pool and from one to the next", () => {
    const pieces = Array.from({ length: 2000 }, () =>
      fillFromPool(Buffer.alloc(16)).toString("hex"),
    );
    assert.equal(new Set(pieces).size, pieces.length);
  });

  it("fill more than a pool, too", () => {
    const buffer = fillFromPool(Buffer.alloc(10_000));
    assert.notDeepEqual(buffer.subarray(0, 16), buffer.subarray(-16));
    assert.notDeepEqual(buffer.subarray(-16), Buffer.alloc(16));
  });

  it("are ssh2's, and nobody else's", () => {
    assert.ok(ssh2.Client, "it is loaded");
    assert.notEqual(crypto.randomFillSync, fillFromPool);
  });
});
