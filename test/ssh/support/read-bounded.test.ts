import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readBounded } from "../../../src/ssh/support/read-bounded.ts";
import { useScope } from "../../fixtures/scope.ts";

describe("a file that is read up to a bound", () => {
  const scope = useScope("suite");
  let folder: string;

  before(() => {
    folder = scope.tempDir();
  });

  /** A file of so many bytes, no two pieces of which are the same. */
  function made(length: number): { path: string; content: Buffer } {
    const content = Buffer.alloc(length, Array.from({ length: 251 }, (_, n) => n).join());
    const path = join(folder, `${length}`);
    writeFileSync(path, content);
    return { path, content };
  }

  for (const length of [0, 1, 16 * 1024, 16 * 1024 + 1, 100_000]) {
    it(`is whole: ${length} bytes`, async () => {
      const { path, content } = made(length);
      const { found, bytes } = await readBounded(path, 100_000);
      assert.deepEqual(bytes, content);
      assert.equal(found.size, length);
    });
  }

  it("is whole where the system doesn't say how long it is", async function () {
    if (process.platform !== "linux") this.skip();
    const { found, bytes } = await readBounded("/proc/cpuinfo", 1_000_000);
    assert.equal(found.size, 0);
    const first = (text: string) => text.slice(0, text.indexOf("\n"));
    assert.equal(first(bytes.toString()), first(readFileSync("/proc/cpuinfo", "utf8")));
  });

  it("is refused where it is longer", async () => {
    await assert.rejects(readBounded(made(1001).path, 1000), { code: "EFBIG" });
    await assert.rejects(readBounded(folder, 1000), { code: "EISDIR" });
  });
});
