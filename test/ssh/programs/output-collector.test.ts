import assert from "node:assert/strict";
import type { Failure } from "../../../src/protocol/errors.ts";
import type { SessionChannel } from "../../../src/ssh/connection/channels/channel.ts";
import type { StreamName } from "../../../src/ssh/flow/output-queue.ts";
import { OutputCollector } from "../../../src/ssh/programs/output-collector.ts";
import { until } from "../../fixtures/until.ts";

/** The part of a channel that a sink sees. */
class Source {
  consumed = 0;
  push: (stream: StreamName, chunk: Buffer) => void = () => {};
  readonly channel = {
    onOutput: (take: (stream: StreamName, chunk: Buffer) => void) => (this.push = take),
    consumed: (bytes: number) => (this.consumed += bytes),
  } as unknown as SessionChannel;
}

describe("OutputCollector", () => {
  const setUp = () => {
    const source = new Source();
    let room: Promise<void> | undefined;
    let open = () => {};
    return {
      source,
      collector: new OutputCollector(1000, false, () => room),
      noRoom: () => (room = new Promise((resolve) => (open = resolve))),
      makeRoom: () => ((room = undefined), open()),
    };
  };

  it("lets the server send as much again as it has taken", () => {
    const { source, collector } = setUp();
    void collector.takeFrom(source.channel);
    source.push("stdout", Buffer.from("abc"));
    source.push("stderr", Buffer.from("de"));
    assert.equal(source.consumed, 5);
    assert.deepEqual([collector.stdout, collector.stderr].map(String), ["abc", "de"]);
  });

  it("while the client takes no replies, takes what comes and has the server wait", async () => {
    const { source, collector, noRoom, makeRoom } = setUp();
    void collector.takeFrom(source.channel);
    void noRoom();
    source.push("stdout", Buffer.from("abc"));
    source.push("stdout", Buffer.from("de"));
    assert.equal(source.consumed, 0);
    makeRoom();
    await until(() => source.consumed > 0, "the window");
    assert.equal(source.consumed, 5);
    source.push("stdout", Buffer.from("f"));
    assert.equal(source.consumed, 6);
    assert.deepEqual(collector.stdout.map(String), ["abcdef"]);
  });

  it("fails as more comes than is to be held, and has what fits", async () => {
    const { source, collector } = setUp();
    const ended = collector.takeFrom(source.channel);
    source.push("stdout", Buffer.alloc(999, "a"));
    source.push("stderr", Buffer.from("bc"));
    await assert.rejects(ended, ({ kind, data }: Failure) => {
      assert.deepEqual([kind, data["maxOutput"]], ["OutputTooLarge", 1000]);
      return true;
    });
    assert.deepEqual([collector.stdout, collector.stderr].map(String), ["a".repeat(999), "b"]);
  });
});
