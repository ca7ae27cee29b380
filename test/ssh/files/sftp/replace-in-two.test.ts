import assert from "node:assert/strict";
import { Cancellation } from "../../../../src/protocol/cancellation.ts";
import { Failure } from "../../../../src/protocol/errors.ts";
import { Call } from "../../../../src/ssh/support/call.ts";
import { file, handle, scriptedFiles, status } from "./scripted-channel.ts";
import type { Asked } from "./scripted-channel.ts";

const ok = 0;
const failure = 4;
const noSuchFile = 2;
const path = Buffer.from("f");

/** The first path of a request. */
const pathOf = ({ body }: Asked) => body.subarray(4, 4 + body.readUInt32BE(0)).toString();

/** A directory with one file, on a server whose rename doesn't replace. */
function directory(onRemove: () => number | undefined) {
  const names = new Map([["f", "old"]]);
  let told = () => {};
  const settled = new Promise<void>((resolve) => (told = resolve));
  const files = scriptedFiles((asked) => {
    const name = pathOf(asked);
    switch (asked.type) {
      case 3:
        names.set(name, "new");
        return handle;
      case 7:
      case 8:
      case 17:
        return asked.type === 8 || names.has(name) ? file : status(noSuchFile);
      case 13: {
        const refusal = name === "f" ? onRemove() : undefined;
        if (refusal === undefined) names.delete(name);
        // Of a temporary file: that was the last thing to be done.
        if (name !== "f") told();
        return status(refusal ?? ok);
      }
      case 18: {
        const from = names.get(name);
        if (names.has("f") || from === undefined) return status(failure);
        names.delete(name);
        names.set("f", from);
        told();
        return status(ok);
      }
      default:
        return status(ok);
    }
  });
  return { files, names, settled };
}

const options = { flag: "w", offset: 0, mode: undefined } as const;

describe("a file that is replaced in two steps", () => {
  for (const { title, reply, left } of [
    { title: "is there where the call ends between them", reply: undefined, left: "new" },
    {
      title: "stays, without the new one, where it can't be removed after the call's end",
      reply: failure,
      left: "old",
    },
  ]) {
    it(title, async () => {
      const cancellation = new Cancellation();
      const { files, names, settled } = directory(() => {
        cancellation.request();
        return reply;
      });
      await assert.rejects(
        files.writeFile(path, Buffer.from("x"), options, new Call(cancellation)),
        (error) => error instanceof Failure && error.kind === "Cancelled",
      );
      await settled;
      assert.deepEqual([...names], [["f", left]]);
    });
  }

  it("is where the error says, where it can't be renamed", async () => {
    const { files, names } = directory(() => {
      const temporary = [...names.keys()].find((name) => name !== "f") as string;
      // Somebody else makes one of the name.
      setImmediate(() => names.set("f", "other"));
      assert.ok(names.has(temporary));
      return undefined;
    });
    await assert.rejects(
      files.writeFile(path, Buffer.from("x"), options, new Call(new Cancellation())),
      (error) => {
        assert.ok(error instanceof Failure);
        const temporary = [...names.keys()].find((name) => name !== "f") as string;
        assert.equal(names.get(temporary), "new");
        assert.ok(error.message.endsWith(`the new one is at ${temporary}`), error.message);
        return true;
      },
    );
  });
});
