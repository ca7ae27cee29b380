import assert from "node:assert/strict";
import { string } from "../../../../src/codecs/sftp/fields.ts";
import { Cancellation } from "../../../../src/protocol/cancellation.ts";
import { Failure } from "../../../../src/protocol/errors.ts";
import { Call } from "../../../../src/ssh/support/call.ts";
import { file, handle, scriptedFiles, status } from "./scripted-channel.ts";

const [opens, closes, reads, fstats] = [3, 4, 5, 8];

describe("reading and closing a small file", () => {
  it("is asked in one breath, in this order", async () => {
    const asked: number[] = [];
    const files = scriptedFiles(({ type }) => {
      asked.push(type);
      if (type === opens) return handle;
      if (type === reads) return [103, string("abcde")];
      return type === fstats ? file : status(0);
    });
    const call = new Call(new Cancellation());
    const { pieces, stat } = await (
      await files.open(Buffer.from("f"), "r", undefined, call)
    ).readAndClose(5, call);
    assert.equal(Buffer.concat(pieces).toString(), "abcde");
    assert.deepEqual([stat.size, stat.mtime], [5, 8]);
    await new Promise(setImmediate);
    assert.deepEqual(asked, [opens, reads, fstats, closes]);
  });

  it("closes it where the call has ended", async () => {
    let closed = () => {};
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    const files = scriptedFiles(({ type }) => {
      if (type === closes) closed();
      return type === opens ? handle : status(0);
    });
    const cancellation = new Cancellation();
    const call = new Call(cancellation);
    const opened = await files.open(Buffer.from("f"), "r", undefined, call);
    cancellation.request();
    await assert.rejects(
      opened.readAndClose(5, call),
      (error) => error instanceof Failure && error.kind === "Cancelled",
    );
    await isClosed;
    assert.ok(files.channel.isOpen);
  });
});
