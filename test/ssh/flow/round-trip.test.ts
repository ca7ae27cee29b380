import assert from "node:assert/strict";
import { RoundTrip } from "../../../src/ssh/flow/round-trip.ts";

/** Milliseconds that a measurement is good for. */
const lifetime = 10_000;

describe("RoundTrip", () => {
  const clock = { now: 0 };
  const start = () => {
    clock.now = 0;
    return new RoundTrip(() => clock.now);
  };

  it("is the shortest", () => {
    const roundTrip = start();
    for (const ms of [30, 10, 20]) roundTrip.note(ms);
    assert.equal(roundTrip.shortest, 10);
  });

  it("is old once no answer has come so quickly for a while, or nearly so", () => {
    const roundTrip = start();
    roundTrip.note(10);
    clock.now = lifetime;
    assert.equal(roundTrip.isOld, false);
    roundTrip.note(12);
    assert.equal(roundTrip.shortest, 10);
    clock.now += lifetime;
    assert.equal(roundTrip.isOld, false);
    roundTrip.note(13);
    clock.now += 1;
    assert.equal(roundTrip.isOld, true);
  });

  it("becomes longer where nothing was before an answer, by no more than four times", () => {
    const roundTrip = start();
    roundTrip.note(10);
    clock.now = lifetime + 1;
    roundTrip.renew(15);
    assert.equal(roundTrip.shortest, 15);
    assert.equal(roundTrip.isOld, false);
    roundTrip.renew(1000);
    assert.equal(roundTrip.shortest, 60);
    roundTrip.renew(12);
    assert.equal(roundTrip.shortest, 12);
  });

  it("is no longer old where it couldn't be measured, until that is old", () => {
    const roundTrip = start();
    roundTrip.note(10);
    clock.now = lifetime + 1;
    roundTrip.postpone();
    assert.equal(roundTrip.shortest, 10);
    assert.equal(roundTrip.isOld, false);
    clock.now += lifetime + 1;
    assert.equal(roundTrip.isOld, true);
  });
});
