import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, it } from "mocha";
import { projectRoot } from "../fixtures/project.ts";

const folders = ["", "docs", "docs/protocol", "test/conformance", "bench", "examples"];
const clients = ["lua", "python", "go", "js"].map((client) => `clients/${client}`);
const pages = [...folders, ...clients].flatMap((folder) =>
  readdirSync(join(projectRoot, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
);

/** The text without what is code in it. */
const prose = (path: string): string =>
  readFileSync(join(projectRoot, path), "utf8")
    .replaceAll(/^```.*?^```/gms, "")
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]()]/g, "x"));

/** As GitHub makes anchors of a page's headings. */
function anchors(path: string): Set<string> {
  const headings = [...readFileSync(join(projectRoot, path), "utf8").matchAll(/^#+ (.*)$/gm)];
  const found = new Set<string>();
  for (const [, heading = ""] of headings) {
    const anchor = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, "")
      .replaceAll(" ", "-");
    let unique = anchor;
    for (let count = 1; found.has(unique); count++) unique = `${anchor}-${count}`;
    found.add(unique);
  }
  return found;
}

describe("the documents' links", () => {
  for (const page of pages) {
    it(page, () => {
      for (const [, target = ""] of prose(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^(https?|mailto):/.test(target)) continue;
        const [file = "", anchor] = target.split("#");
        const path =
          file === "" ? page : relative(projectRoot, resolve(projectRoot, dirname(page), file));
        assert.ok(existsSync(join(projectRoot, path)), `${target}: no such file`);
        if (anchor === undefined) continue;
        assert.ok(anchors(path).has(anchor), `${target}: no such heading`);
      }
    });
  }

  it("lead from PROTOCOL.md to every page of the contract", () => {
    const text = prose("PROTOCOL.md");
    for (const page of readdirSync(join(projectRoot, "docs/protocol"))) {
      assert.ok(text.includes(`(docs/protocol/${page})`), page);
    }
  });
});
