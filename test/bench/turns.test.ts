import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Bench } from "../../bench/bench.ts";
import { takeTurns } from "../../bench/bench.ts";

describe("bench: turns", () => {
  it("everyone is worn in once, before its first turn is measured", async () => {
    const done: string[] = [];
    const note = (what: string): Promise<void> => Promise.resolve(void done.push(what));
    const prepared = (id: string): AsyncDisposable & { id: string } => ({
      id,
      [Symbol.asyncDispose]: () => note(`dispose ${id}`),
    });
    let count = 0;
    const samples = await takeTurns({ runs: 2, warn: assert.fail } as unknown as Bench, {
      players: [{ id: "sshrpc" }, { id: "peer" }],
      prepare: ({ id }) => Promise.resolve(prepared(id)),
      wearIn: ({ id }) => note(`wear in ${id}`),
      async measure({ id }) {
        await note(id);
        return (count += 1);
      },
    });
    assert.deepEqual(samples, { sshrpc: [1, 3], peer: [2, 4] });
    const turns = ["wear in sshrpc", "sshrpc", "wear in peer", "peer", "sshrpc", "peer"];
    assert.deepEqual(done, [...turns, "dispose sshrpc", "dispose peer"]);
  });
});
