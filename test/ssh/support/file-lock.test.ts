import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, it } from "mocha";
import { withFileLock } from "../../../src/ssh/support/file-lock.ts";
import { useScope } from "../../fixtures/scope.ts";

describe("the lock beside a file", () => {
  const scope = useScope();
  const local = () => join(scope.tempDir(), "file");
  const done = async () => "done";

  it("is there during the work, and gone after it, failed or not", async () => {
    const file = local();
    const isLocked = () => lstatSync(`${file}.lock`, { throwIfNoEntry: false }) !== undefined;
    await withFileLock(file, async () => assert.ok(isLocked()));
    const failed = withFileLock(file, () => Promise.reject(new Error("failed")));
    await assert.rejects(failed, /failed/);
    assert.ok(!isLocked());
    assert.equal(await withFileLock(file, done), "done");
  });

  it("lets one work on a file at a time, in order", async () => {
    const file = local();
    const steps: string[] = [];
    const work = (name: string) =>
      withFileLock(file, async () => {
        steps.push(`${name} begins`);
        await new Promise((resolve) => setImmediate(resolve));
        steps.push(`${name} ends`);
      });
    await Promise.all(["a", "b"].map(work));
    assert.deepEqual(steps, ["a begins", "a ends", "b begins", "b ends"]);
  });

  it("holds up no other file", async () => {
    const other = local();
    await withFileLock(local(), async () => {
      assert.equal(await withFileLock(other, done), "done");
    });
  });

  const inTheWay: Record<string, (lock: string) => void> = {
    "a file": (lock) => writeFileSync(lock, "mine"),
    "a folder": (lock) => mkdirSync(lock),
  };
  for (const [what, make] of Object.entries(inTheWay)) {
    it(`where ${what} has its name: the work is done, and that stays`, async () => {
      const file = local();
      make(`${file}.lock`);
      const all = Array.from({ length: 3 }, () => withFileLock(file, done));
      assert.deepEqual(await Promise.all(all), ["done", "done", "done"]);
      assert.ok(existsSync(`${file}.lock`));
    });
  }

  it("of one who doesn't let go, on another machine: it is taken over", async () => {
    const file = local();
    symlinkSync("another.example:1", `${file}.lock`);
    const holders = await Promise.all(
      [1, 2].map(() => withFileLock(file, async () => readlinkSync(`${file}.lock`))),
    );
    const ours = `${hostname()}:${process.pid}`;
    assert.deepEqual(holders, [ours, ours]);
    assert.deepEqual(readdirSync(join(file, "..")), []);
  });

  it("of one who has died, and that can't be removed: the work is done", async function () {
    const isRoot = process.getuid?.() === 0;
    const file = local();
    const folder = join(file, "..");
    symlinkSync(`${hostname()}:4194305`, `${file}.lock`);
    chmodSync(folder, isRoot ? 0o1777 : 0o555);
    // Root may remove everything; in a sticky folder others only what is theirs.
    if (isRoot) process.seteuid?.(65534);
    try {
      assert.equal(await withFileLock(file, done), "done");
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(folder, 0o700);
    }
    assert.ok(lstatSync(`${file}.lock`).isSymbolicLink());
  });
});
