import assert from "node:assert/strict";
import fc from "fast-check";
import { ScpReceiver } from "../../../src/codecs/scp/receiver.ts";
import { ScpSender } from "../../../src/codecs/scp/sender.ts";
import { bytes, runReceiver, runSender } from "./transcript.ts";

/** Cuts the bytes into chunks of these lengths, over and over. */
function cut(all: Uint8Array, lengths: number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, i = 0; at < all.length; i++) {
    const length = lengths[i % lengths.length] ?? all.length;
    chunks.push(all.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

/** Connects a sender and a receiver in memory. */
function transfer(content: Uint8Array, destination: string, lengths: number[]): Uint8Array {
  const sender = new ScpSender({
    mode: 0o640,
    size: content.length,
    destination: Buffer.from(destination),
  });
  const receiver = new ScpReceiver();
  const received: Uint8Array[] = [];
  const toSender = receiver.start().map((effect) => effect.bytes);
  const toReceiver = sender.start().map((effect) => effect.bytes);
  let done = 0;
  while (toSender.length > 0 || toReceiver.length > 0) {
    for (const chunk of cut(Buffer.concat(toSender.splice(0)), lengths)) {
      for (const effect of sender.receive(chunk)) {
        if (effect.type === "sendData") {
          toReceiver.push(content);
          for (const { bytes: last } of sender.dataSent(effect.size)) toReceiver.push(last);
        } else done++;
      }
    }
    for (const chunk of cut(Buffer.concat(toReceiver.splice(0)), lengths)) {
      for (const effect of receiver.receive(chunk)) {
        if (effect.type === "write") toSender.push(effect.bytes);
        else if (effect.type === "data") received.push(effect.bytes);
        else if (effect.type === "done") done++;
      }
    }
  }
  sender.end();
  receiver.end();
  assert.equal(done, 2);
  return Buffer.concat(received);
}

const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

/** Pieces of the protocol in any order, with noise between them. */
const babble = fc
  .array(
    fc.oneof(
      fc.constantFrom("\0", "\x01no\n", "\x02", "C0644 3 x\n", "T1 0 1 0\n", "abc", "D0755 0 d\n"),
      fc.uint8Array({ maxLength: 20 }).map((noise) => Buffer.from(noise).toString("latin1")),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => bytes(pieces.join("")));

describe("SCP by property", () => {
  it("transfers any content under any name in any chunks", () => {
    const name = fc
      .string({ unit: "binary" })
      .filter((text) => !["", ".", ".."].includes(text) && !/[/\0]/.test(text));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), name, lengths, (content, file, sizes) => {
        assert.deepEqual(transfer(content, `/d/${file}`, sizes), Buffer.from(content));
      }),
    );
  });

  it("answers babble with an ScpError or a transfer, the same in any chunks", () => {
    const tail = / unexpected bytes after the end: .*/; // quotes as much as came in that chunk
    fc.assert(
      fc.property(babble, lengths, fc.boolean(), (remote, sizes, acknowledgeAhead) => {
        const [whole, pieces] = [[remote], cut(remote, sizes)].map((chunks) => {
          const outcome = runReceiver(chunks, { acknowledgeAhead });
          return { ...outcome, error: outcome.error?.replace(tail, "") };
        });
        assert.deepEqual(pieces, whole);
        assert.ok(whole?.done || whole?.error);
      }),
    );
    const file = { mode: 0o644, size: 3, destination: Buffer.from("x") };
    fc.assert(
      fc.property(babble, babble, lengths, (before, after, sizes) => {
        const [whole, pieces] = [[before], cut(before, sizes)].map((beforeDataSent) => {
          const afterDataSent = cut(after, beforeDataSent.length > 1 ? sizes : []);
          const outcome = runSender({ file, data: "abc", beforeDataSent, afterDataSent });
          return { ...outcome, error: outcome.error?.replace(tail, "") };
        });
        assert.deepEqual(pieces, whole);
        assert.ok(whole?.done || whole?.error);
      }),
    );
  });
});
