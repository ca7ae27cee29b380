import assert from "node:assert/strict";
import type { StreamName } from "../../../src/ssh/flow/output-queue.ts";
import { OutputStream } from "../../../src/ssh/programs/output-stream.ts";
import { until } from "../../fixtures/until.ts";

/** The part of a channel that a sink sees. */
class Source {
  /** What was reported as consumed, and how much more was said to be wanted. */
  readonly consumptions: [bytes: number, demand: number | undefined][] = [];
  push: (stream: StreamName, chunk: Buffer) => void = () => {};
  onOutput(take: (stream: StreamName, chunk: Buffer) => void): void {
    this.push = take;
  }
  discardsOutput = false;
  consumed(bytes: number, demand?: number): void {
    this.consumptions.push([bytes, demand]);
  }
  discardOutput(): void {
    this.discardsOutput = true;
  }
}

function setUp(window: number, send?: () => Promise<void>) {
  const sent: [StreamName, string][] = [];
  const source = new Source();
  const stream = new OutputStream({
    window,
    wholeCharacters: true,
    send: async (name, bytes) => {
      await send?.();
      sent.push([name, Buffer.from(bytes).toString("latin1")]);
    },
  });
  const failed = stream.takeFrom(source);
  return { sent, source, stream, failed };
}

const bytes = (sent: [StreamName, string][]) =>
  sent.reduce((sum, [, text]) => sum + text.length, 0);

describe("OutputStream", () => {
  it("sends what comes, in order, each stream's pieces apart", async () => {
    const { sent, source, stream } = setUp(1000);
    source.push("stdout", Buffer.from("a"));
    source.push("stdout", Buffer.from("b"));
    source.push("stderr", Buffer.from("c"));
    source.push("stdout", Buffer.from("d"));
    await stream.drained();
    assert.deepEqual(
      sent.map(([name]) => name),
      ["stdout", "stderr", "stdout"],
    );
    assert.equal(sent.map(([, text]) => text).join(""), "abcd");
    assert.deepEqual(stream.sent, { stdout: 3, stderr: 1 });
  });

  it("has the rest thrown away where nobody grants any more", async () => {
    const { sent, source, stream } = setUp(2);
    source.push("stdout", Buffer.from("abcd"));
    await until(() => bytes(sent) === 2, "what is granted");
    assert.equal(source.discardsOutput, false);
    stream.release();
    await until(() => source.discardsOutput, "it is thrown away");
    await stream.drained();
    assert.equal(bytes(sent), 2);
  });

  it("sends no byte more than granted, and the rest when it is", async () => {
    const { sent, source, stream } = setUp(3);
    source.push("stdout", Buffer.from("abcdef"));
    await until(() => bytes(sent) === 3, "three bytes");
    const drained = stream.drained();
    stream.grant(2);
    await until(() => bytes(sent) === 5, "two more");
    stream.grant(100);
    await drained;
    assert.equal(bytes(sent), 6);
  });

  it("makes room in the channel's window for what it has sent, as far as more is granted", async () => {
    const { source, stream } = setUp(10);
    source.push("stdout", Buffer.alloc(4));
    source.push("stderr", Buffer.alloc(20));
    await until(() => source.consumptions.length === 2, "what is granted has been sent");
    assert.deepEqual(source.consumptions.splice(0), [
      [4, 6],
      [6, 0],
    ]);
    stream.grant(1_000_000);
    await stream.drained();
    assert.deepEqual(source.consumptions, [[14, 999_986]]);
  });

  it("holds back a character's beginning until its end comes", async () => {
    const { sent, source, stream } = setUp(1000);
    const euro = Buffer.from("€");
    source.push("stdout", Buffer.concat([Buffer.from("x"), euro.subarray(0, 2)]));
    await until(() => sent.length === 1, "the first piece");
    source.push("stdout", euro.subarray(2));
    await stream.drained();
    assert.deepEqual(
      sent.map(([, text]) => text),
      ["x", euro.toString("latin1")],
    );
  });

  it("sends a beginning that never gets its end", async () => {
    const { sent, source, stream } = setUp(1000);
    source.push("stdout", Buffer.from([0xe2, 0x82]));
    await stream.drained();
    assert.deepEqual(sent, [["stdout", "\xe2\x82"]]);
  });

  it("counts what is on its way", async () => {
    const { source, stream } = setUp(1000, () => new Promise(() => {}));
    source.push("stdout", Buffer.from("abc"));
    await until(() => stream.sent.stdout === 3, "three bytes");
  });

  it("fails when sending does", async () => {
    const { source, failed } = setUp(1000, () => Promise.reject(new Error("gone")));
    source.push("stdout", Buffer.from("a"));
    await assert.rejects(failed, /gone/);
  });
});
