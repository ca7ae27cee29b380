import assert from "node:assert/strict";
import { warnOfOtherRelease, writtenFor } from "../../../src/ssh/ssh2/release.ts";

describe("another release of ssh2", () => {
  it("is said once, and the one that this was written for never", () => {
    const said: string[] = [];
    const warn = (text: string) => said.push(text);
    warnOfOtherRelease(warn);
    warnOfOtherRelease(warn, { release: writtenFor, hasOwnMethods: true });
    assert.deepEqual(said, []);
    const other = { release: "9.9.9", hasOwnMethods: false };
    warnOfOtherRelease(warn, other);
    warnOfOtherRelease(warn, other);
    assert.equal(said.length, 2);
    assert.match(said[1] ?? "", /no room for mlkem768x25519-sha256 and for host certificates/);
    assert.match(said[0] ?? "", /^ssh2 9\.9\.9 .* for 1\.17\.0/);
  });
});
