import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generatedFiles } from "../../tools/generate/files.ts";
import { projectRoot } from "../fixtures/project.ts";

describe("generated files", () => {
  for (const [path, content] of generatedFiles(projectRoot)) {
    it(`${path} is up to date (npm run generate makes it so)`, () => {
      assert.equal(readFileSync(join(projectRoot, path), "utf8"), content);
    });
  }
});
