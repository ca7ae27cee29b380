import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { advantage } from "../../bench/measure.ts";
import type { Measure } from "../../bench/measure.ts";
import { median, pairwiseRatios, quantile } from "../../bench/statistics.ts";

describe("bench: statistics", () => {
  it("the median is the middle one, or the mean of the two in the middle", () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.equal(median([7]), 7);
  });

  it("quantiles lie between the values", () => {
    const hundred = Array.from({ length: 101 }, (_, n) => 100 - n);
    assert.equal(quantile(hundred, 0), 0);
    assert.equal(quantile(hundred, 0.99), 99);
    assert.equal(quantile(hundred, 1), 100);
    assert.equal(quantile([1, 2], 0.25), 1.25);
    assert.throws(() => quantile([], 0.5), RangeError);
  });

  it("a quantile is no less than one below it, and within the values", () => {
    const values = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, share, share, (all, one, other) => {
        const [below, above] = [Math.min(one, other), Math.max(one, other)];
        // What floats lose.
        const slack = 1e-6;
        assert.ok(quantile(all, below) <= quantile(all, above) + slack);
        assert.ok(quantile(all, below) >= Math.min(...all) - slack);
        assert.ok(quantile(all, above) <= Math.max(...all) + slack);
      }),
    );
  });

  it("ratios are of what ran in the same round; what has no partner is left out", () => {
    assert.deepEqual(pairwiseRatios([2, 9, 8, 7], [1, 3, 2]), [2, 3, 4]);
  });

  describe("an advantage", () => {
    const measure = (better: Measure["better"]): Measure => ({
      id: "some.rate",
      title: "some",
      unit: "/s",
      better,
      subject: "sshrpc",
      samples: { sshrpc: [10, 20, 40], other: [5, 5, 5] },
    });

    it("is above 1 for the higher rate and for the shorter time", () => {
      assert.equal(advantage(measure("higher"), "sshrpc", "other"), 4);
      assert.equal(advantage(measure("lower"), "sshrpc", "other"), 0.25);
    });

    it("over someone who wasn't there is none", () => {
      assert.equal(advantage(measure("higher"), "sshrpc", "missing"), undefined);
    });
  });
});
