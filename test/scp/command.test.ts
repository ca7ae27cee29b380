import assert from "node:assert/strict";
import { sinkCommand, sourceCommand } from "../../src/scp/command.ts";

describe("SCP commands", () => {
  it("name the path literally", () => {
    assert.equal(sourceCommand("/a b"), "scp -f -- '/a b'");
    assert.equal(sinkCommand("-x"), "scp -t -- '-x'");
    assert.equal(sourceCommand('$HOME `id` \\ " * ~\n'), "scp -f -- '$HOME `id` \\ \" * ~\n'");
    assert.equal(sourceCommand(""), "scp -f -- ''");
  });

  it("quote single quotes", () => {
    assert.equal(sourceCommand("it's"), String.raw`scp -f -- 'it'\''s'`);
    assert.equal(sinkCommand("'"), String.raw`scp -t -- ''\'''`);
  });

  it("refuse a NUL", () => {
    assert.throws(() => sourceCommand("a\0b"), { name: "ScpError", kind: "path" });
    assert.throws(() => sinkCommand("\0"), { name: "ScpError", kind: "path" });
  });
});
