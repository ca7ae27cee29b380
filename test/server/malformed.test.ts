import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { errors } from "../../src/protocol/errors.ts";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Message } from "../fixtures/daemon.ts";
import type { Framing } from "../fixtures/framing.ts";
import { useScope } from "../fixtures/scope.ts";
import {
  ignoredMessages,
  malformedFrames,
  malformedLines,
  malformedMessages,
} from "./malformed.ts";
import type { Case } from "./malformed.ts";
import { Client } from "./support.ts";

const framed = ({ sent }: Case, framing: Framing): Buffer => {
  const body = Buffer.from(sent);
  const before = framing === "lines" ? "" : `Content-Length: ${body.length}\r\n\r\n`;
  const after = framing === "lines" ? "\n" : "";
  return Buffer.concat([Buffer.from(before), body, Buffer.from(after)]);
};

const messages = [...malformedMessages, ...ignoredMessages];

const table: { framing: Framing; cases: (Case & { bytes: Buffer | string })[] }[] = [
  {
    framing: "content-length",
    cases: [
      ...malformedFrames.map((each) => ({ ...each, bytes: each.sent })),
      ...messages.map((each) => ({ ...each, bytes: framed(each, "content-length") })),
    ],
  },
  {
    framing: "lines",
    cases: [
      ...malformedLines.map((each) => ({ ...each, bytes: each.sent })),
      ...messages.map((each) => ({ ...each, bytes: framed(each, "lines") })),
    ],
  },
];

/** What came back between the good requests' replies: id, kind, and the kind's code. */
function assertAnswers(received: Message[], { answers }: Case): void {
  const ids = received.map(({ id, error }) => [id, error?.data?.kind as string]);
  assert.deepEqual(ids, [["before", undefined], ...answers, ["after", undefined]]);
  for (const { error } of received) {
    if (!error) continue;
    assert.equal(error.code, errors[error.data.kind as keyof typeof errors].code);
    assert.equal(error.data.dispatched, "no");
  }
}

for (const { framing, cases } of table) {
  describe(`server: malformed input, ${framing}, in process`, () => {
    for (const each of cases) {
      it(each.name, async () => {
        const client = new Client({ framing });
        client.send({ id: "before", method: "daemon.status" });
        await client.reply("before");
        client.write(each.bytes);
        client.send({ id: "after", method: "daemon.status" });
        await client.reply("after");
        assertAnswers(client.messages, each);
      });
    }
  });

  describe(`server: malformed input, ${framing}, over stdio`, () => {
    const scope = useScope("suite");

    it("is answered as documented, one after the other on one connection", async () => {
      const daemon = scope.add(startDaemon({ framing }));
      for (const each of cases) {
        const start = daemon.messages.length;
        await daemon.send({ id: "before", method: "daemon.status" });
        await daemon.waitFor((message) => daemon.messages.indexOf(message) >= start);
        await daemon.write(each.bytes);
        await daemon.send({ id: "after", method: "daemon.status" });
        await daemon.waitFor(
          (message) => message.id === "after" && daemon.messages.indexOf(message) > start,
        );
        assertAnswers(daemon.messages.slice(start), each);
      }
      assert.equal((await daemon.close()).code, 0);
    });
  });
}
