import assert from "node:assert/strict";
import { sinkCommand, sourceCommand } from "../../../src/codecs/scp/command.ts";
import { bytes } from "./transcript.ts";

const source = (path: string) => Buffer.from(sourceCommand(bytes(path))).toString("latin1");
const sink = (path: string) => Buffer.from(sinkCommand(bytes(path))).toString("latin1");

describe("SCP commands", () => {
  it("name the path literally", () => {
    assert.equal(source("/a b"), "scp -f -- '/a b'");
    assert.equal(sink("-x"), "scp -t -- '-x'");
    assert.equal(source('$HOME `id` \\ " * ~\n'), "scp -f -- '$HOME `id` \\ \" * ~\n'");
    assert.equal(source(""), "scp -f -- ''");
  });

  it("take bytes that are no text", () => {
    assert.equal(source("/\xff\x80\xe9"), "scp -f -- '/\xff\x80\xe9'");
  });

  it("quote single quotes", () => {
    assert.equal(source("it's"), String.raw`scp -f -- 'it'\''s'`);
    assert.equal(sink("'"), String.raw`scp -t -- ''\'''`);
  });

  it("refuse a NUL", () => {
    assert.throws(() => source("a\0b"), { name: "PathError" });
    assert.throws(() => sink("\0"), { name: "PathError" });
  });
});
