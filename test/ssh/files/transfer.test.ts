import assert from "node:assert/strict";
import { Cancellation } from "../../../src/protocol/cancellation.ts";
import { Failure } from "../../../src/protocol/errors.ts";
import type { Entry, FileStat } from "../../../src/ssh/files/support/remote-files.ts";
import { excludes } from "../../../src/ssh/files/tree/exclude.ts";
import type { Side } from "../../../src/ssh/files/tree/side.ts";
import { Transfer } from "../../../src/ssh/files/tree/transfer.ts";
import { Call } from "../../../src/ssh/support/call.ts";
import { plain, silent } from "./tree/plain.ts";

const stat = (type: FileStat["type"]): FileStat => ({
  type,
  size: 1,
  mode: 0o644,
  uid: 0,
  gid: 0,
  atime: 0,
  mtime: 0,
});

/** A side that has one directory, and notes what is done to it. */
class FakeSide implements Side {
  readonly done: string[] = [];
  readonly #entries: Entry[];

  constructor(entries: Entry[] = []) {
    this.#entries = entries;
  }

  readonly isRemote = false;

  stat = async () => stat("directory");
  lstat = async () => stat("directory");
  list = async (path: Buffer) => (path.toString() === "/root" ? this.#entries : []);
  readlink = async () => Buffer.from("/etc");
  realpath = async (path: Buffer) => path;
  mkdir = async (path: Buffer) => void this.done.push(`mkdir ${String(path)}`);
  symlink = async (_target: Buffer, path: Buffer) => void this.done.push(`symlink ${String(path)}`);
  remove = async (path: Buffer) => void this.done.push(`remove ${String(path)}`);
  setAttributes = async () => {};
  width = async () => ({ files: 4, directories: 2 });
  error = (path: Buffer, code: string) =>
    new Failure("RemoteFileError", `${String(path)}: ${code}`, { code });
}

describe("a transfer of a tree", () => {
  it("refuses names that would lead elsewhere, and one that comes twice", async () => {
    const names = ["", ".", "..", "../x", "a/b", "a\0b", "/etc/passwd", "twice", "fine"];
    const entries: Entry[] = names.map((name) => ({ name: Buffer.from(name), ...stat("file") }));
    entries.push({ name: Buffer.from("link"), ...stat("symlink") });
    entries.push({ name: Buffer.from("link"), ...stat("directory") });
    entries.push({ name: Buffer.from("twice"), ...stat("directory") });
    const dest = new FakeSide();
    const copied: string[] = [];
    const sides = {
      source: new FakeSide(entries),
      dest,
      copy: async ({ to }: { to: Buffer }) => copied.push(to.toString()),
    };
    const transfer = new Transfer(sides, plain, silent, new Call(new Cancellation()));
    const run = transfer.run(Buffer.from("/root"), Buffer.from("/dest"));
    const error = await run.then(
      () => assert.fail("it went well"),
      (reason: unknown) => reason as Failure,
    );
    assert.equal(error.kind, "TransferIncomplete");
    assert.equal(error.data["failed"], 9);
    assert.deepEqual(copied.toSorted(), ["/dest/fine", "/dest/twice"]);
    assert.deepEqual(dest.done, ["symlink /dest/link"]);
  });

  it("moves no more large files at once than there is memory for, and small ones beside them", async () => {
    const mib = 1024 * 1024;
    const entries = Array.from({ length: 40 }, (_, n): Entry => {
      const size = n % 2 === 0 ? 100 * mib : 100;
      return { name: Buffer.from(`file-${n}`), ...stat("file"), size };
    });
    const under: { end: () => void }[] = [];
    const sides = {
      source: new FakeSide(entries),
      dest: new FakeSide(),
      copy: async ({ source }: { source: FileStat }) => {
        const size = source.size ?? 0;
        await new Promise<void>((end) => under.push({ end }));
        return size;
      },
    };
    const transfer = new Transfer(sides, plain, silent, new Call(new Cancellation()));
    const state = { isDone: false };
    const run = transfer.run(Buffer.from("/root"), Buffer.from("/dest"));
    const done = run.finally(() => (state.isDone = true));
    const seen: number[] = [];
    while (!state.isDone) {
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      if (under.length > 0) seen.push(under.length);
      for (const { end } of under.splice(0)) end();
    }
    assert.deepEqual(seen, [23, 3, 3, 3, 3, 3, 2]);
    assert.equal((await done).files, 40);
  });

  it("removes no more directories at once than a side has room for", async () => {
    const extras = Array.from({ length: 100 }, (_, n): Entry => {
      return { name: Buffer.from(`extra-${n}`), ...stat("directory") };
    });
    const dest = new FakeSide(extras);
    let [now, most] = [0, 0];
    dest.remove = async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      now -= 1;
    };
    const sides = { source: new FakeSide(), dest, copy: async () => 0 };
    const options = { ...plain, delete: true };
    const transfer = new Transfer(sides, options, silent, new Call(new Cancellation()));
    await transfer.run(Buffer.from("/root"), Buffer.from("/root"));
    assert.equal(most, (await dest.width()).files);
  });
});

describe("globs of what is left out", () => {
  const cases: [string, string, boolean, boolean][] = [
    ["*.log", "a.log", false, true],
    ["*.log", "x/y/a.log", false, true],
    ["*.log", "a.logs", false, false],
    ["cache/", "cache", true, true],
    ["cache/", "cache", false, false],
    ["/top", "top", false, true],
    ["/top", "x/top", false, false],
    ["a/*/c", "a/b/c", false, true],
    ["a/*/c", "a/b/b/c", false, false],
    ["a/**/c", "a/b/b/c", false, true],
    ["a/**/c", "a/c", false, true],
    ["**/c", "c", false, true],
    ["[a-c]?", "b1", false, true],
    ["[!a-c]?", "b1", false, false],
    ["a.b", "axb", false, false],
    ["(a|b)+", "a", false, false],
    ["é?", "éü", false, true],
  ];
  for (const [glob, path, isDirectory, expected] of cases) {
    it(`${glob} and ${path}${isDirectory ? "/" : ""}`, () => {
      assert.equal(excludes([glob])(Buffer.from(path), isDirectory), expected);
    });
  }
});
