import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, it } from "mocha";
import { loadHandler } from "../../../src/handlers/load.ts";
import { methods } from "../../../src/protocol/methods.ts";
import type { MethodName } from "../../../src/protocol/methods.ts";

const names = Object.keys(methods) as MethodName[];

describe("handlers: a file each", () => {
  for (const name of names) {
    it(name, async () => {
      assert.equal(typeof (await loadHandler(name)).run, "function");
    });
  }

  it("of the method that it is named after, and none without a method", () => {
    // As compiled.
    const folder = fileURLToPath(new URL("../../../src/handlers/", import.meta.url));
    const found = readdirSync(folder)
      .filter((file) => file.endsWith(".js"))
      .map((file) => {
        const source = readFileSync(`${folder}${file}`, "utf8");
        return [/^export default handler\(\s*"([^"]+)"/m.exec(source)?.[1], file] as const;
      })
      .filter(([method]) => method !== undefined);
    assert.deepEqual(
      Object.fromEntries(found),
      Object.fromEntries(names.map((name) => [name, `${name}.js`])),
    );
  });
});
