import assert from "node:assert/strict";
import { Cancellation } from "../../../../src/protocol/cancellation.ts";
import { Failure } from "../../../../src/protocol/errors.ts";
import { Call } from "../../../../src/ssh/support/call.ts";
import { handle, scriptedFiles, status } from "./scripted-channel.ts";

const opens = 3;
const closes = 4;
const extended = 200;

describe("a server that never says what it takes", () => {
  it("doesn't keep a call beyond its end, and no handle of it stays open", async () => {
    const cancellation = new Cancellation();
    let closed = () => {};
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    const files = scriptedFiles(({ type }) => {
      if (type === extended) return undefined;
      if (type === opens) {
        // The call ends when it has the handle.
        setImmediate(() => cancellation.request());
        return handle;
      }
      if (type === closes) closed();
      return status(0);
    }, true);
    await assert.rejects(
      files.open(Buffer.from("f"), "r", undefined, new Call(cancellation)),
      (error) => error instanceof Failure && error.kind === "Cancelled",
    );
    await isClosed;
  });
});
