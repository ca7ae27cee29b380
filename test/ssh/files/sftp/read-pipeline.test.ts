import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { uint32 } from "../../../../src/codecs/sftp/fields.ts";
import { readResponse } from "../../../../src/codecs/sftp/responses.ts";
import type { Response } from "../../../../src/codecs/sftp/responses.ts";
import { Cancellation } from "../../../../src/protocol/cancellation.ts";
import { readAll } from "../../../../src/ssh/files/sftp/read-pipeline.ts";
import type { SftpChannel } from "../../../../src/ssh/files/sftp/sftp-channel.ts";
import { Call } from "../../../../src/ssh/support/call.ts";

const mebibyte = 1024 * 1024;
const readLength = 256 * 1024;
const file = 64 * mebibyte;
/** Requests that are asked for together. */
const together = mebibyte / readLength;

/** SSH_FXP_DATA. */
const data = (length: number): Response =>
  readResponse(
    Buffer.concat([Buffer.from([103]), uint32(1), uint32(length), Buffer.alloc(length)]),
  );

describe("reading with many requests under way", () => {
  /** Reads a file from a server that answers when nothing more is asked, the first request first. */
  async function read(channel: { roundTrip: number; underWay: number | undefined }) {
    const answers: (() => void)[] = [];
    const asked: number[] = [];
    /** Bytes that were under way when all was asked that is asked together. */
    const full = () => Math.max(...asked.slice(-together));
    let taken = 0;
    let under = 0;
    const request = (_request: unknown, _call: Call, cost: number) =>
      new Promise<Response>((resolve) => {
        under += cost;
        answers.push(() => {
          under -= cost;
          resolve(data(cost));
        });
      });
    const server = {
      ...channel,
      request,
      /** @returns false where nothing is asked */
      answer: () => {
        asked.push(under);
        answers.shift()?.();
        return asked.at(-1) !== 0;
      },
    };
    const reading = readAll(
      {
        channel: server as unknown as SftpChannel,
        handle: Buffer.from("h"),
        path: Buffer.from("f"),
        offset: 0,
        length: file,
        take: (bytes) => void (taken += bytes.length),
        readLength,
      },
      new Call(new Cancellation()),
    );
    // All that follows from an answer has been asked when the next turn begins.
    const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
    const answer = async (count: number) => {
      for (let n = 0; n < count; n++) {
        await turn();
        if (!server.answer()) break;
      }
    };
    const end = async () => {
      await answer(Infinity);
      await reading;
      assert.equal(taken, file);
    };
    return { server, asked, full, answer, end };
  }

  it("asks at first for what a fast link carries in a round trip", async () => {
    const { asked, answer, end } = await read({ roundTrip: 20, underWay: undefined });
    await answer(1);
    assert.deepEqual(asked, [Math.floor(8_000_000 / readLength) * readLength]);
    await end();
  });

  it("asks for as much as the pace has under way, once that is known", async () => {
    const { server, asked, full, answer, end } = await read({ roundTrip: 20, underWay: undefined });
    await answer(1);
    server.underWay = 4 * mebibyte;
    await answer(40);
    assert.equal(full(), 4 * mebibyte);
    server.underWay = 12 * mebibyte;
    await answer(10);
    assert.equal(full(), 12 * mebibyte);
    await end();
    assert.ok(Math.max(...asked) <= 12 * mebibyte);
  });

  it("asks for neither next to nothing nor more than 20 MiB", async () => {
    for (const [underWay, most] of [
      [512 * 1024, 2 * mebibyte],
      [32 * mebibyte, 20 * mebibyte],
    ] as const) {
      const { full, answer, end } = await read({ roundTrip: 0.1, underWay });
      await answer(10);
      assert.equal(full(), most);
      await end();
    }
  });

  it("asks for a mebibyte together, not for each piece that has come", async () => {
    const { asked, answer, end } = await read({ roundTrip: 0.1, underWay: undefined });
    await answer(4 * together);
    const wave = [0, 1, 2, 3].map((n) => 2 * mebibyte - n * readLength);
    assert.deepEqual(asked, [...wave, ...wave, ...wave, ...wave]);
    await end();
  });
});
