import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, it } from "mocha";

/** src/server/wire/runtime.ts was read against this release; another one is to be read again. */
const release = "10.0.0";

describe("vscode-jsonrpc's runtime layer", () => {
  const common = dirname(createRequire(import.meta.url).resolve("vscode-jsonrpc"));
  const uses = (file: string): string[] => {
    const source = readFileSync(join(common, `${file}.js`), "utf8");
    return [...source.matchAll(/ral_1\.default\)\(\)\.(\w+\.\w+)/g)].map(
      ([, use]) => use as string,
    );
  };

  it(`is that of ${release}`, () => {
    const manifest = JSON.parse(readFileSync(join(common, "../../package.json"), "utf8"));
    assert.equal(manifest.version, release);
  });

  it("is used for timers and the console only, beneath a reader and a writer of our own", () => {
    const files = ["connection", "cancellation", "events", "semaphore"];
    const used = new Set(files.flatMap(uses));
    const provided = ["console.error", "console.log", "timer.setImmediate", "timer.setTimeout"];
    assert.deepEqual([...used].toSorted(), provided);
  });
});
