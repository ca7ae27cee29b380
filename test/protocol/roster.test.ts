import assert from "node:assert/strict";
import { getHeapSpaceStatistics } from "node:v8";
import { describe, it } from "mocha";
import { Roster } from "../../src/protocol/roster.ts";

describe("protocol: roster", () => {
  it("has those that were added and not removed", () => {
    const roster = new Roster<string>();
    const places = ["a", "b", "c"].map((each) => roster.add(each));
    assert.equal(roster.size, 3);
    roster.remove(places[1] as number);
    assert.deepEqual([roster.size, roster.all()], [2, ["a", "c"]]);
    const place = roster.add("d");
    assert.deepEqual(roster.all().toSorted(), ["a", "c", "d"]);
    roster.remove(place);
    for (const each of [0, 2]) roster.remove(places[each] as number);
    assert.deepEqual([roster.size, roster.all()], [0, []]);
  });

  it("doesn't have V8 keep those that have left", () => {
    const oldSpace = () =>
      getHeapSpaceStatistics().find(({ space_name: name }) => name === "old_space")
        ?.space_used_size ?? 0;
    const roster = new Roster<object>();
    const places: number[] = [];
    let most = 0;
    const before = oldSpace();
    for (let n = 0; n < 300_000; n++) {
      places.push(roster.add({ content: Array.from({ length: 16 }, () => n) }));
      if (places.length > 10) roster.remove(places.shift() as number);
      if (n % 10_000 === 0) most = Math.max(most, oldSpace() - before);
    }
    assert.ok(most < 4e6, `${most} bytes`);
  });
});
