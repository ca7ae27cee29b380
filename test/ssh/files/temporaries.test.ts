import assert from "node:assert/strict";
import crypto from "node:crypto";
import type { Entry } from "../../../src/ssh/files/support/remote-files.ts";
import { temporaryBeside, temporaryStart } from "../../../src/ssh/files/support/temporary-name.ts";
import { extrasOf, keyOf, temporariesOf } from "../../../src/ssh/files/tree/names.ts";

const entry = (name: Buffer): Entry => ({
  name,
  type: "file",
  size: 1,
  mode: 0o600,
  uid: 0,
  gid: 0,
  atime: 0,
  mtime: 0,
});

const names = ["a", "a.b", ".a", "x".repeat(60), "x".repeat(61), "x".repeat(62), "line\nbreak"];

describe("what is left of earlier attempts", () => {
  it("is found by its file's name, short or long", async () => {
    const left = names.map((name) => entry(temporaryBeside(Buffer.from(name))));
    const found = await temporariesOf([entry(Buffer.from("a")), ...left]);
    for (const [n, name] of names.entries()) {
      assert.deepEqual(found.get(temporaryStart(Buffer.from(name))), [left[n]]);
    }
    assert.equal(found.get(temporaryStart(Buffer.from("b"))), undefined);
  });

  it("is no extra where its file is there", async () => {
    const existing = [...names, "gone"].flatMap((name) => {
      const bytes = Buffer.from(name);
      return [entry(bytes), entry(temporaryBeside(bytes))];
    });
    const extras = await extrasOf(existing, new Set(names.map((name) => keyOf(Buffer.from(name)))));
    assert.deepEqual(extras, existing.slice(-2));
  });

  it("takes a hash for each long name, not for each pair", async () => {
    const long = Array.from({ length: 1500 }, (_, n) => "z".repeat(70) + n);
    const existing = Array.from({ length: 1500 }, (_, n) =>
      entry(Buffer.from(`.${"y".repeat(70)}.${String(n).padStart(12, "0")}.sshrpc`)),
    );
    const createHash = crypto.createHash;
    let hashes = 0;
    let turns = 0;
    const count = () => {
      turns += 1;
      turning = setImmediate(count);
    };
    let turning = setImmediate(count);
    crypto.createHash = (...args: Parameters<typeof createHash>) => {
      hashes += 1;
      return createHash(...args);
    };
    try {
      const extras = await extrasOf(existing, new Set(long));
      assert.equal(extras.length, existing.length);
    } finally {
      crypto.createHash = createHash;
      clearImmediate(turning);
    }
    assert.equal(hashes, long.length);
    assert.ok(turns > 1, "others had no turn");
  });
});
