import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { projectRoot } from "../fixtures/project.ts";

const text = readFileSync(join(projectRoot, "ARCHITECTURE.md"), "utf8");

describe("ARCHITECTURE.md", () => {
  const map = text.split("## Code map")[1]?.split("**The layout's rules**")[0] ?? "";
  const named = [...map.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)\/`/g)].map(([, folder = ""]) => folder),
  );

  it("has each folder of src that holds a file, and none that there isn't", () => {
    const folders = readdirSync(join(projectRoot, "src"), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath }) => parentPath.slice(join(projectRoot, "src/").length));
    assert.deepEqual(
      folders.filter((folder) => !named.includes(folder)),
      [],
    );
    for (const folder of named) assert.ok(existsSync(join(projectRoot, "src", folder)), folder);
  });

  it("names files that there are", () => {
    for (const [, path = ""] of text.matchAll(/`(src\/[\w./-]+)`/g)) {
      assert.ok(existsSync(join(projectRoot, path)), path);
    }
  });
});
