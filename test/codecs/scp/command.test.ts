import assert from "node:assert/strict";
import { fileSinkCommand, sinkCommand, sourceCommand } from "../../../src/codecs/scp/command.ts";
import { bytes } from "./transcript.ts";

const [source, sink, fileSink] = [sourceCommand, sinkCommand, fileSinkCommand].map(
  (command) => (path: string) => Buffer.from(command(bytes(path))).toString("latin1"),
) as [(path: string) => string, (path: string) => string, (path: string) => string];

describe("SCP commands", () => {
  it("name the path bare where it means nothing to a shell", () => {
    assert.equal(source("flash:x"), "scp -f flash:x");
    assert.equal(sink("/var/log/a-b_c.1,2@3"), "scp -t /var/log/a-b_c.1,2@3");
  });

  it("name the path literally", () => {
    assert.equal(source("/a b"), "scp -f '/a b'");
    assert.equal(source('$HOME `id` " * ~'), `scp -f '$HOME \`id\` " * ~'`);
    assert.equal(source("it's\\\\"), String.raw`scp -f 'it'\''s'\\\\`);
    assert.equal(source(""), "scp -f ''");
  });

  it("have -- only before what would be an option", () => {
    assert.equal(sink("-x"), "scp -t -- -x");
    assert.equal(source("a/-x"), "scp -f a/-x");
    assert.equal(fileSink("-d/x"), "scp -t -d -- -d");
  });

  it("take bytes that are no text", () => {
    assert.equal(source("/\xff\x80\xe9"), "scp -f '/\xff\x80\xe9'");
  });

  it("name the folder of what is to be a file", () => {
    assert.equal(fileSink("/tmp"), "scp -t -d /");
    assert.equal(fileSink("/a/b/c"), "scp -t -d /a/b");
    assert.equal(fileSink("x"), "scp -t -d .");
  });

  it("refuse a NUL, and what is too long once quoted", () => {
    assert.throws(() => source("a\0b"), { name: "PathError" });
    assert.throws(() => sink("\0"), { name: "PathError" });
    assert.throws(() => source("a!\n".repeat(30_000)), { name: "PathError" });
  });
});
