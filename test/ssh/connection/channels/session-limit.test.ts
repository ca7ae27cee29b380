import assert from "node:assert/strict";
import { SessionLimit } from "../../../../src/ssh/connection/channels/session-limit.ts";

describe("the limit of session channels", () => {
  const timers = () => process.getActiveResourcesInfo().filter((each) => each === "Timeout").length;

  it("is tried anew after a refusal, and no more once that is stopped", () => {
    const before = timers();
    const limit = new SessionLimit(Infinity, () => assert.fail("nothing is tried"));
    limit.refused(3);
    assert.equal(limit.current, 3);
    assert.equal(timers(), before + 1);
    limit.stop();
    assert.equal(timers(), before);
  });
});
