import assert from "node:assert/strict";
import { Breath } from "../../../src/ssh/files/support/breath.ts";

describe("a loop over a long list", () => {
  for (const loops of [1, 100]) {
    it(`gives others their turn, as ${loops} of them that go through it`, async () => {
      const breath = new Breath();
      let turns = 0;
      const turn = () => {
        turns += 1;
        turning = setImmediate(turn);
      };
      let turning = setImmediate(turn);
      const list = Array.from({ length: 20_000 }).values();
      const work = async () => {
        for (const _ of list) await breath.step();
      };
      const all = Promise.all(Array.from({ length: loops }, work));
      await all.finally(() => clearImmediate(turning));
      assert.ok(turns >= 20, String(turns));
    });
  }
});
