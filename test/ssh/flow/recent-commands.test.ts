import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { RecentCommands } from "../../../src/ssh/flow/recent-commands.ts";

describe("recent commands", () => {
  const [a, b, c] = [{}, {}, {}];

  it("are those of other connections, for 20 ms", () => {
    const recent = new RecentCommands();
    assert.ok(!recent.areElsewhere(a, 1000));
    recent.note(a, 1000);
    assert.ok(!recent.areElsewhere(a, 1000));
    assert.ok(recent.areElsewhere(b, 1019));
    assert.ok(!recent.areElsewhere(b, 1020));
  });

  it("of several connections are each elsewhere for the others", () => {
    const recent = new RecentCommands();
    recent.note(a, 1000);
    recent.note(b, 1010);
    recent.note(b, 1015);
    assert.deepEqual(
      [a, b, c].map((each) => recent.areElsewhere(each, 1019)),
      [true, true, true],
    );
    assert.deepEqual(
      [a, b, c].map((each) => recent.areElsewhere(each, 1025)),
      [true, false, true],
    );
  });
});
