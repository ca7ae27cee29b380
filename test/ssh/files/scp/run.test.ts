import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, it } from "mocha";
import { Call } from "../../../../src/ssh/support/call.ts";
import { Cancellation } from "../../../../src/protocol/cancellation.ts";
import type { Session } from "../../../../src/ssh/connection/session.ts";
import { runScp } from "../../../../src/ssh/files/scp/run.ts";
import type { Remote } from "../../../../src/ssh/files/scp/run.ts";

/** A transfer over a channel that does nothing by itself, and what to do to it. */
function setUp(carryOut: (effect: { type: string }, remote: Remote) => undefined) {
  let hand!: (stream: "stdout", chunk: Buffer) => void;
  let drain!: (taken: boolean) => void;
  const drained = new Promise<boolean>((resolve) => (drain = resolve));
  const packets: ((bytes: number) => void)[] = [];
  const channel = {
    isOpen: false,
    closed: new Promise(() => {}),
    start: async () => {},
    onOutput: (take: typeof hand) => (hand = take),
    discardOutput() {},
    // The connection's socket is full, of another transfer.
    write: (_: Buffer, onPacket?: (bytes: number) => void) => {
      if (onPacket) packets.push(onPacket);
      return drained;
    },
    consumed() {},
    eof() {},
    close() {},
  };
  const session = { openChannel: async () => channel, started: { transfers: 0 }, check() {} };
  const cancellation = new Cancellation();
  const transfer = runScp(
    session as unknown as Session,
    {
      command: Buffer.from("scp"),
      exchange: {
        start: () => [],
        receive: () => [{ type: "file" }],
        end() {},
      },
      idleTimeout: 30,
      carryOut,
    } as unknown as Parameters<typeof runScp>[1],
    new Call(cancellation),
    { untilExit: false },
  );
  const receive = (text: string) => hand("stdout", Buffer.from(text));
  return { transfer, receive, drain, packets, cancel: () => cancellation.request() };
}

describe("a transfer that has ended", () => {
  it("begins nothing more, whatever has come for it", async () => {
    const begun: string[] = [];
    const { transfer, receive, cancel } = setUp(({ type }) => void begun.push(type));
    await nextTurn();
    receive("C0644 1 f\n");
    cancel();
    await assert.rejects(transfer, { kind: "Cancelled" });
    await nextTurn();
    assert.deepEqual(begun, []);
  });

  it("writes nothing more, and tells of no progress", async () => {
    const moved: number[] = [];
    let write!: () => Promise<boolean>;
    let first: Promise<boolean> | undefined;
    const { transfer, receive, drain, packets, cancel } = setUp((_, remote) => {
      write = () => remote.write(Buffer.alloc(2), (bytes) => moved.push(bytes));
      first ??= write();
    });
    await nextTurn();
    receive("\0");
    await nextTurn();
    packets[0]?.(1);
    cancel();
    await assert.rejects(transfer, { kind: "Cancelled" });
    packets[0]?.(1);
    drain(true);
    assert.equal(await first, true);
    assert.equal(await write(), false);
    assert.deepEqual([moved, packets.length], [[1], 1]);
  });
});
