import assert from "node:assert/strict";
import { uint32, string } from "../../../../src/codecs/sftp/fields.ts";
import { readResponse } from "../../../../src/codecs/sftp/responses.ts";
import type { Response } from "../../../../src/codecs/sftp/responses.ts";
import { describe, it } from "mocha";
import { Cancellation } from "../../../../src/protocol/cancellation.ts";
import type { SftpChannel } from "../../../../src/ssh/files/sftp/sftp-channel.ts";
import { writeAll } from "../../../../src/ssh/files/sftp/write-pipeline.ts";
import { Call } from "../../../../src/ssh/support/call.ts";

/** SSH_FX_OK. */
const ok = readResponse(
  Buffer.concat([Buffer.from([101]), uint32(1), uint32(0), string(""), string("")]),
);

describe("writing with many requests under way", () => {
  it("goes on as soon as requests have left, before the server answers", async () => {
    const writeLength = 32 * 1024;
    const count = 64;
    const answers: ((response: Response) => void)[] = [];
    const channel = {
      request: (_request: unknown, _call: Call, _cost: number, onTaken: () => void) =>
        new Promise<Response>((resolve) => {
          // They leave at once; the server answers when it has all of them.
          setImmediate(onTaken);
          answers.push(resolve);
          if (answers.length === count) for (const answer of answers) answer(ok);
        }),
    };
    let written = 0;
    const writing = {
      channel: channel as unknown as SftpChannel,
      handle: Buffer.from("h"),
      path: Buffer.from("f"),
      source: { isSparse: false, fill: async (room: Buffer) => room.fill(1).length },
      range: { from: 0, end: count * writeLength },
      written: (bytes: number) => (written += bytes),
      writeLength,
    };
    await writeAll(writing, new Call(new Cancellation()));
    assert.equal(written, count * writeLength);
  });
});
