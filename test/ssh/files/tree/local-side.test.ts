import assert from "node:assert/strict";
import type { FileThread } from "../../../../src/ssh/files/local/file-thread.ts";
import { LocalSide } from "../../../../src/ssh/files/tree/local-side.ts";

describe("the daemon's own files", () => {
  it("are listed with a turn for others now and then", async () => {
    const count = 5000;
    const names = Array.from({ length: count }, (_, n) => `file-\xff-${n}`);
    const numbers = new Float64Array(count * 6);
    for (let n = 0; n < count; n++) numbers.set([0o100640, n, 1, 2, 3.5, 4.5], n * 6);
    const listing = { names: names.map((name) => `${name}\0`).join(""), numbers };
    const thread = { run: async () => listing } as unknown as FileThread;
    let turns = 0;
    const turn = () => {
      turns += 1;
      turning = setImmediate(turn);
    };
    let turning = setImmediate(turn);
    const side = new LocalSide(thread);
    const entries = await side.list(Buffer.from("/folder")).finally(() => clearImmediate(turning));
    assert.ok(turns >= 5, String(turns));
    assert.equal(entries.length, count);
    const [last] = entries.slice(-1);
    assert.deepEqual(last, {
      name: Buffer.from(names.at(-1) as string, "latin1"),
      type: "file",
      size: count - 1,
      mode: 0o640,
      uid: 1,
      gid: 2,
      atime: 3.5,
      mtime: 4.5,
    });
  });
});
