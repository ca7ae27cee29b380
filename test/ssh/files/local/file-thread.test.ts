import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Cancellation } from "../../../../src/protocol/cancellation.ts";
import { Failure } from "../../../../src/protocol/errors.ts";
import { Call } from "../../../../src/ssh/support/call.ts";
import { FileThread } from "../../../../src/ssh/files/local/file-thread.ts";
import { useScope } from "../../../fixtures/scope.ts";

const isCancelled = (error: unknown) => error instanceof Failure && error.kind === "Cancelled";

/** Counts the threads that are started from here on. */
function countWorkers() {
  const builtin = process.getBuiltinModule("node:worker_threads");
  const { Worker } = builtin;
  const state = { count: 0, restore: () => void (builtin.Worker = Worker) };
  builtin.Worker = class extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      state.count += 1;
    }
  };
  return state;
}

describe("the thread for small files", () => {
  const scope = useScope();

  function start() {
    const cancellation = new Cancellation();
    const thread = new FileThread(new Call(cancellation));
    scope.add({ [Symbol.asyncDispose]: () => thread.end() });
    return { thread, cancellation, folder: scope.tempDir() };
  }

  const newFile = (folder: string, name: string) => ({
    temporary: join(folder, `.${name}.0123456789ab.sshrpc`),
    target: join(folder, name),
    data: "content",
    isHole: false,
    mode: 0o640,
    times: { atime: 1000, mtime: 2000 },
  });

  it("lists a directory with names of any bytes", async () => {
    const { thread, folder } = start();
    writeFileSync(Buffer.from(join(folder, "\xff"), "latin1"), "content");
    mkdirSync(join(folder, "folder"));
    const { names: listed, numbers } = await thread.run("list", folder);
    const names = listed.split("\0").slice(0, -1);
    assert.deepEqual(names.toSorted(), ["folder", "\xff"]);
    const at = names.indexOf("\xff") * 6;
    assert.equal((numbers[at] as number) & 0o170000, 0o100000);
    assert.equal(numbers[at + 1], "content".length);
  });

  it("reads a file that is small", async () => {
    const { thread, folder } = start();
    const path = join(folder, "file");
    writeFileSync(path, Buffer.from([0, 0xff, 0x80]));
    const found = await thread.run("read", { path, most: 3 });
    assert.deepEqual([found?.data, found?.size, found?.changed], ["\0\xff\x80", 3, false]);
    assert.equal(await thread.run("read", { path, most: 2 }), undefined);
    assert.equal(await thread.run("read", { path: folder, most: 1e6 }), undefined);
  });

  it("writes a file, with its mode and its times", async () => {
    const { thread, folder } = start();
    await thread.run("write", newFile(folder, "file"));
    assert.deepEqual(readdirSync(folder), ["file"]);
    assert.equal(readFileSync(join(folder, "file"), "latin1"), "content");
    const { mode, mtimeMs } = statSync(join(folder, "file"));
    assert.deepEqual([mode & 0o777, mtimeMs], [0o640, 2_000_000]);
  });

  it("leaves nothing of a file that can't take its place", async () => {
    const { thread, folder } = start();
    mkdirSync(join(folder, "file"));
    await assert.rejects(thread.run("write", newFile(folder, "file")), { code: "EISDIR" });
    assert.deepEqual(readdirSync(folder), ["file"]);
  });

  it("tells what fails, and goes on", async () => {
    const { thread, folder } = start();
    await assert.rejects(thread.run("list", join(folder, "nothing")), { code: "ENOENT" });
    assert.deepEqual((await thread.run("list", folder)).names, "");
  });

  it("begins nothing more once it is to end, and answers everything", async () => {
    const { thread, folder } = start();
    const asked = Array.from({ length: 100 }, (_, n) =>
      thread.run("write", newFile(folder, `file-${n}`)).then(
        () => true,
        () => false,
      ),
    );
    await thread.end();
    const done = (await Promise.all(asked)).filter(Boolean);
    assert.equal(readdirSync(folder).length, done.length);
    await assert.rejects(thread.run("list", folder));
  });

  it("begins nothing more, and lets nobody wait, when the call has ended", async () => {
    const { thread, cancellation, folder } = start();
    const asked = Array.from({ length: 100 }, (_, n) =>
      thread.run("write", newFile(folder, `file-${n}`)),
    );
    cancellation.request();
    for (const each of asked) await assert.rejects(each, isCancelled);
    await thread.end();
    assert.deepEqual(readdirSync(folder), []);
  });

  it("begins none once it has ended, which may be before anything was to be done", async () => {
    const workers = countWorkers();
    try {
      const { thread, folder } = start();
      await thread.end();
      thread.start();
      await assert.rejects(thread.run("list", folder), { code: "ECANCELED" });
      assert.ok(!thread.isStarted);
      assert.equal(workers.count, 0);
    } finally {
      workers.restore();
    }
  });

  it("stays for the next transfer", async () => {
    const first = start();
    await first.thread.run("list", first.folder);
    await first.thread.end();
    const workers = countWorkers();
    try {
      const { thread, folder } = start();
      assert.equal((await thread.run("list", folder)).names, "");
      assert.equal(workers.count, 0);
    } finally {
      workers.restore();
    }
  });

  it("is one of few, however many transfers there are, and each of them ends by itself", async () => {
    const workers = countWorkers();
    try {
      const all = Array.from({ length: 50 }, start);
      const [first, ...others] = all;
      await Promise.all(all.map(({ thread, folder }) => thread.run("list", folder)));
      assert.ok(workers.count <= 8, String(workers.count));
      for (const { thread } of others) await thread.end();
      for (const { thread, folder } of others) await assert.rejects(thread.run("list", folder));
      if (first) assert.equal((await first.thread.run("list", first.folder)).names, "");
    } finally {
      workers.restore();
    }
  });
});
