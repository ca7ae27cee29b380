import assert from "node:assert/strict";
import { Pool } from "../../../src/ssh/support/pool.ts";
import type { Share } from "../../../src/ssh/support/pool.ts";

/** Takes one after the other, until there is no more. */
function takeAll(share: Share): number {
  while (share.take(1));
  return share.held;
}

describe("a pool", () => {
  it("one alone gets its reserve and half of the rest", () => {
    assert.equal(takeAll(new Pool(100, 4).share()), 54);
  });

  it("who comes late gets something, whatever the others have taken", () => {
    const pool = new Pool(8, 2);
    const held = Array.from({ length: 20 }, () => takeAll(pool.share()));
    assert.deepEqual(held.slice(0, 4), [6, 4, 3, 2]);
    assert.ok(held.every((each) => each >= 2));
    assert.ok(pool.taken <= pool.most);
  });

  it("those who want all at the same time get the same", () => {
    const pool = new Pool(90, 0);
    const [one, two] = [pool.share(), pool.share()];
    while ([one.take(1), two.take(1)].includes(true));
    assert.deepEqual([one.held, two.held], [30, 30]);
  });

  it("takes all that was asked for, or nothing", () => {
    const share = new Pool(10, 2).share();
    assert.equal(share.take(8), false);
    assert.equal(share.held, 0);
    assert.equal(share.take(7), true);
  });

  it("what is given back is there at once, for oneself and for others", () => {
    const pool = new Pool(10, 0);
    const [one, two] = [pool.share(), pool.share()];
    takeAll(one);
    assert.equal(two.take(5), false);
    one.give(5);
    assert.equal(pool.taken, 0);
    assert.equal(two.take(5), true);
  });

  it("counts what is there anyway, though it is beyond the bound", () => {
    const pool = new Pool(10, 1);
    const [one, two] = [pool.share(), pool.share()];
    one.add(100);
    assert.equal(one.take(1), false);
    assert.equal(two.take(1), true);
    assert.equal(two.take(1), false);
    one.give(100);
    assert.equal(two.take(5), true);
  });
});
