import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Recent } from "../../../src/ssh/flow/recent.ts";

describe("what was done recently", () => {
  const [a, b, c] = [{}, {}, {}];

  it("is told to the others, for as long as it is recent", () => {
    const recent = new Recent(20);
    assert.ok(!recent.isByOther(a, 1000));
    recent.note(a, 1000);
    assert.ok(!recent.isByOther(a, 1000));
    assert.ok(recent.isByOther(b, 1019));
    assert.ok(!recent.isByOther(b, 1020));
  });

  it("by several is told to each of them of the others", () => {
    const recent = new Recent(20);
    recent.note(a, 1000);
    recent.note(b, 1010);
    recent.note(b, 1015);
    assert.deepEqual(
      [a, b, c].map((each) => recent.isByOther(each, 1019)),
      [true, true, true],
    );
    assert.deepEqual(
      [a, b, c].map((each) => recent.isByOther(each, 1025)),
      [true, false, true],
    );
  });
});
