import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { latest, readResults } from "../../bench/publish.ts";
import { projectRoot } from "../fixtures/project.ts";

describe("bench: published results", () => {
  it("say nothing of whose machine it was", () => {
    const path = join(projectRoot, latest);
    assert.doesNotMatch(readFileSync(path, "utf8"), /"[^"]*\/(home|root|tmp|usr)\//);
    assert.deepEqual(Object.keys(readResults(path).machine).toSorted(), [
      "cores",
      "cpu",
      "memory",
      "node",
      "system",
    ]);
  });
});
