import assert from "node:assert/strict";
import { warnOfOtherRelease, writtenFor } from "../../../src/ssh/ssh2/release.ts";

describe("another release of ssh2", () => {
  it("is said once, and the one that this was written for never", () => {
    const said: string[] = [];
    const warn = (text: string) => said.push(text);
    warnOfOtherRelease(warn);
    warnOfOtherRelease(warn, writtenFor);
    assert.deepEqual(said, []);
    warnOfOtherRelease(warn, "9.9.9");
    warnOfOtherRelease(warn, "9.9.9");
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /^ssh2 9\.9\.9 .* for 1\.17\.0/);
  });
});
