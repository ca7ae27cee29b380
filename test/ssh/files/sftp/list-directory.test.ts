import assert from "node:assert/strict";
import { string, uint32 } from "../../../../src/codecs/sftp/fields.ts";
import { Cancellation } from "../../../../src/protocol/cancellation.ts";
import { Call } from "../../../../src/ssh/support/call.ts";
import { handle, scriptedFiles, status } from "./scripted-channel.ts";
import type { Reply } from "./scripted-channel.ts";

const [closes, opens, reads] = [4, 11, 12];
const endOfFile = 1;

const name: Reply = [104, uint32(1), string("f"), string("f"), uint32(0)];

/** Lists a directory whose server gives so many replies with a name. */
async function list(replies: number) {
  const asked: number[] = [];
  let left = replies;
  const files = scriptedFiles(({ type }) => {
    asked.push(type);
    if (type === opens) return handle;
    if (type === reads && left > 0) {
      left -= 1;
      return name;
    }
    return status(type === closes ? 0 : endOfFile);
  });
  let count = 0;
  const take = (entries: readonly unknown[]) => void (count += entries.length);
  await files.list(Buffer.from("d"), take, new Call(new Cancellation()));
  // What has been asked for is answered one by one.
  while (!asked.includes(closes)) await new Promise(setImmediate);
  return { asked, count };
}

describe("listing a directory", () => {
  it("takes four requests where one reply has it all", async () => {
    const { asked, count } = await list(1);
    assert.equal(count, 1);
    assert.deepEqual(asked, [opens, reads, reads, closes]);
  });

  it("asks for much at once where there is more", async () => {
    const { asked, count } = await list(40);
    assert.equal(count, 40);
    assert.ok(asked.length > 40 + 2 && asked.length < 120, `${asked.length} requests`);
  });
});
