import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { latest, publishedFiles, readResults } from "../../bench/publish.ts";
import { projectRoot } from "../fixtures/project.ts";

describe("bench: what is published", () => {
  const results = readResults(join(projectRoot, latest));

  for (const [path, text] of publishedFiles(projectRoot, results)) {
    it(`${path} is made from ${latest}`, () => {
      assert.equal(readFileSync(join(projectRoot, path), "utf8"), text);
    });
  }

  it("says nothing of whose machine it was", () => {
    const text = readFileSync(join(projectRoot, latest), "utf8");
    assert.doesNotMatch(text, /"[^"]*\/(home|root|tmp|work|usr)\//);
    assert.deepEqual(Object.keys(results.machine).toSorted(), [
      "cores",
      "cpu",
      "memory",
      "node",
      "system",
    ]);
  });
});
