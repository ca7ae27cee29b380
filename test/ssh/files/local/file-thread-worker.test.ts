import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type {
  Outcome,
  SmallFile,
  Works,
} from "../../../../src/ssh/files/local/file-thread-shared.ts";
import { useScope } from "../../../fixtures/scope.ts";

const workerUrl = new URL("../../../../src/ssh/files/local/file-thread-worker.js", import.meta.url)
  .href;

/** What the thread says to a task. @param patch runs before, and has `fs` */
async function outcomeOf<Work extends keyof Works>(
  work: Work,
  params: Parameters<Works[Work]>[0],
  patch: string,
): Promise<Outcome> {
  const code = `
    const fs = require("node:fs");
    const real = { ...fs };
    const failure = (code) => Object.assign(new Error(code), { code });
    ${patch}
    require("node:module").syncBuiltinESMExports();
    import(${JSON.stringify(workerUrl)});
  `;
  const stopped = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(code, { eval: true, workerData: stopped });
  try {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have none
    worker.postMessage([{ id: 1, work, params, stopped }]);
    const [outcomes] = (await once(worker, "message")) as [Outcome[]];
    return outcomes[0] as Outcome;
  } finally {
    await worker.terminate();
  }
}

describe("the thread for small files, where the disk", () => {
  const scope = useScope();

  const changes: Record<string, string> = {
    "has a file shrink": "fs.truncateSync(path, 1)",
    "has a file end": "fs.truncateSync(path, 0)",
    "has a file grow": 'fs.appendFileSync(path, "more")',
    "has a file written to": 'fs.writeFileSync(path, "CONTENT"); fs.utimesSync(path, 1, 1)',
  };
  for (const [name, change] of Object.entries(changes)) {
    it(`${name} while it is read, says so`, async () => {
      const path = join(scope.tempDir(), "file");
      writeFileSync(path, "content");
      const patch = `
        const path = ${JSON.stringify(path)};
        fs.readSync = (...args) => { ${change}; return real.readSync(...args); };`;
      const { result } = await outcomeOf("read", { path, most: 100 }, patch);
      assert.equal((result as SmallFile).changed, true);
    });
  }

  const failures: Record<string, string> = {
    "is full": 'fs.writeSync = () => { throw failure("ENOSPC"); };',
    "is full, and says so again at the end":
      'fs.writeSync = () => { throw failure("ENOSPC"); };' +
      'fs.closeSync = (file) => { real.closeSync(file); throw failure("EIO"); };',
    "is full, and says so at the end":
      'fs.closeSync = (file) => { real.closeSync(file); throw failure("ENOSPC"); };',
    "is full, and removes nothing twice":
      'fs.writeSync = () => { throw failure("ENOSPC"); };' +
      'fs.unlinkSync = (path) => { real.unlinkSync(path); throw failure("ENOENT"); };',
  };
  for (const [name, patch] of Object.entries(failures)) {
    it(`${name}, tells that, and leaves nothing`, async () => {
      const folder = scope.tempDir();
      const file = {
        temporary: join(folder, ".file.0123456789ab.sshrpc"),
        target: join(folder, "file"),
        data: "content",
        isHole: false,
        mode: 0o640,
        times: undefined,
      };
      const { code } = await outcomeOf("write", file, patch);
      assert.equal(code, "ENOSPC");
      assert.deepEqual(readdirSync(folder), []);
    });
  }

  it("doesn't tell what a name is, has the name all the same", async () => {
    const folder = scope.tempDir();
    for (const name of ["a", "b", "gone"]) writeFileSync(join(folder, name), "content");
    const patch = `
      fs.lstatSync = (path) => {
        if (String(path).endsWith("/b")) throw failure("EACCES");
        if (String(path).endsWith("/gone")) throw failure("ENOENT");
        return real.lstatSync(path);
      };`;
    const { result } = await outcomeOf("list", folder, patch);
    const { names, numbers } = result as ReturnType<Works["list"]>;
    const found = names.split("\0").slice(0, -1);
    assert.deepEqual(found.toSorted(), ["a", "b"]);
    const modes = found.map((_, n) => numbers[n * 6] as number);
    assert.equal((modes[found.indexOf("a")] as number) & 0o170000, 0o100000);
    assert.equal(modes[found.indexOf("b")], 0);
  });
});
