import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, it } from "mocha";
import { RemoteBytes } from "../../src/protocol/bytes.ts";
import { Failure } from "../../src/protocol/errors.ts";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Message } from "../fixtures/daemon.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { until } from "../fixtures/until.ts";
import { message, replyId } from "./random-messages.ts";
import type { Sent } from "./random-messages.ts";
import { Client } from "./support.ts";
import type { Options } from "./support.ts";

const batchSize = 500;

/** Commands that take a few turns and then end in one way or another; no host is connected to. */
const handlers: Options["handlers"] = {
  "ssh.new": () => {
    throw new Failure("ConnectFailed", "none");
  },
  "session.exec": async ({ command }, { call, client }) => {
    for (let turn = 0; turn < command.length % 5; turn++) await new Promise(setImmediate);
    call.check();
    const output = new RemoteBytes([Buffer.from(command)], client.defaultEncoding ?? "utf8");
    return { output, encoding: output.encoding };
  },
};

/** The ids of replies, as JSON. */
const replies = (messages: readonly Message[]): string[] =>
  messages.filter(({ method }) => method === undefined).map(({ id }) => JSON.stringify(id));

/** Those that the contract asks for. */
const expected = (sent: readonly Sent[]): string[] =>
  sent.map(({ body }) => replyId(body)).filter((id) => id !== undefined);

/** Which replies are missing and which came too much, with the message that each is about. */
function assertReplies(received: readonly string[], sent: readonly Sent[]): void {
  const extra = [...received];
  const missing = sent.filter(({ body }) => {
    const id = replyId(body);
    const index = id === undefined ? 0 : extra.indexOf(id);
    if (id !== undefined && index !== -1) extra.splice(index, 1);
    return index === -1;
  });
  const text = missing.map(({ body }) => body.toString().slice(0, 1000));
  assert.deepEqual({ missing: text, extra }, { missing: [], extra: [] });
}

/** Sends messages, and checks that each that calls for a reply gets one, and nothing a second one. */
async function exchange(client: Client, sent: readonly Sent[]): Promise<void> {
  client.messages.length = 0;
  client.logged.length = 0;
  client.write(Buffer.concat(sent.map(({ bytes }) => bytes)));
  const due = expected(sent).length;
  const received = () => replies(client.messages);
  await until(() => received().length >= due, `${due} replies`).catch((error: unknown) => {
    assertReplies(received(), sent);
    throw error;
  });
  // What would come too much comes before the reply to a request that is sent now.
  client.send({ id: "last", method: "session.free", params: [1] });
  await client.reply("last");
  assertReplies(
    received().filter((id) => id !== '"last"'),
    sent,
  );
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe("server: random messages", function () {
  this.timeout(300_000);
  const scope = useScope();

  const runs = { "content-length": 120, lines: 70 };
  for (const framing of ["content-length", "lines"] as const) {
    it(`of ${framing}, ${runs[framing] * batchSize}: a reply each, and no memory kept`, async () => {
      const client = new Client({ framing, handlers });
      // Lines that are blank are no messages.
      const messages = fc.array(
        message(framing).filter(
          ({ body }) =>
            framing !== "lines" || (!body.includes("\n") && body.some((byte) => byte > 32)),
        ),
        { minLength: batchSize, maxLength: batchSize },
      );
      const capabilities = { binaryFrames: true };
      client.send({ id: "first", method: "initialize", params: { capabilities } });
      await client.reply("first");
      let batches = 0;
      let settled = 0;
      await fc.assert(
        fc.asyncProperty(messages, async (sent) => {
          await exchange(client, sent);
          batches += 1;
          if (batches === 20) settled = heapUsed();
        }),
        { numRuns: runs[framing], endOnFailure: true },
      );
      const growth = heapUsed() - settled;
      assert.ok(growth < 5e6, `${growth} bytes more than after 20 batches`);
      assert.deepEqual(client.ends, []);
    });
  }

  it("with any of their bytes changed, 5000: nothing gets a second reply, and the end is seen", async () => {
    const flips = fc.array(fc.tuple(fc.nat({ max: 5000 }), fc.nat({ max: 255 })), { maxLength: 5 });
    const frames = fc.array(message("content-length"), { minLength: 25, maxLength: 25 });
    const property = fc.asyncProperty(
      frames,
      flips,
      fc.integer({ min: 1, max: 5000 }),
      async (sent, changes, size) => {
        const client = new Client({ handlers });
        client.send({ id: "good", method: "session.free", params: [1] });
        const bytes = Buffer.concat(sent.map((each) => each.bytes));
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        for (let at = 0; at < bytes.length; at += size) client.write(bytes.subarray(at, at + size));
        client.input.end();
        await until(() => client.ends.length > 0, "the end");
        await client.connection.answered();
        await client.connection.flushed();
        const ids = replies(client.messages).filter((id) => id !== "null");
        assert.ok(ids.includes('"good"'));
        // A changed byte may make another id.
        assert.ok(ids.length <= sent.length + 1);
        const hasExited = client.ends.some((why) => why.startsWith("exit"));
        assert.deepEqual(client.ends, hasExited ? client.ends : ["input ended"]);
      },
    );
    await fc.assert(property, { numRuns: 200, endOnFailure: true });
  });

  it("to the process, 3000: it replies to each, and lives on in the same memory", async function () {
    requires(this, "proc");
    const daemon = scope.add(startDaemon({ args: ["--log-level=error"] }));
    // Names of hosts would be looked up.
    const messages = fc.array(
      message("content-length").filter(({ body }) => !body.includes("ssh.new")),
      { minLength: batchSize, maxLength: batchSize },
    );
    await daemon.request("initialize", { capabilities: { binaryFrames: true } });
    let settled = 0;
    await fc.assert(
      fc.asyncProperty(messages, async (sent) => {
        const start = daemon.messages.length;
        await daemon.write(Buffer.concat(sent.map(({ bytes }) => bytes)));
        const due = expected(sent).length;
        const received = () => replies(daemon.messages.slice(start));
        await until(() => received().length >= due, `${due} replies`);
        const last = `last, behind ${start}`;
        await daemon.send({ id: last, method: "daemon.status" });
        await daemon.reply(last);
        assertReplies(received().slice(0, -1), sent);
        settled ||= daemon.rss().current;
      }),
      { numRuns: 6, endOnFailure: true },
    );
    const growth = daemon.rss().current - settled;
    assert.ok(growth < 50e6, `${growth} bytes more than after ${batchSize} messages`);
    assert.equal((await daemon.close()).code, 0);
    assert.equal(daemon.stderr(), "");
  });
});
