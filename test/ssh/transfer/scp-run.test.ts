import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, it } from "mocha";
import { Call } from "../../../src/ssh/call.ts";
import type { Session } from "../../../src/ssh/session.ts";
import { runScp } from "../../../src/ssh/transfer/scp-run.ts";

describe("a transfer", () => {
  it("that has ended begins nothing more, whatever has come for it", async () => {
    let hand!: (stream: "stdout", chunk: Buffer) => void;
    let drain!: (taken: boolean) => void;
    const drained = new Promise<boolean>((resolve) => (drain = resolve));
    const channel = {
      isOpen: false,
      closed: new Promise(() => {}),
      exec: async () => {},
      onOutput: (take: typeof hand) => (hand = take),
      discardOutput() {},
      // The connection's socket is full, of another transfer.
      write: () => drained,
      consumed() {},
      eof() {},
      close() {},
    };
    const session = { openChannel: async () => channel, started: { transfers: 0 }, check() {} };
    const canceller = new AbortController();
    const begun: string[] = [];
    const transfer = runScp(
      session as unknown as Session,
      {
        command: Buffer.from("scp"),
        exchange: {
          start: () => [{ bytes: Buffer.alloc(1) }],
          receive: () => [{ type: "file" }],
          end() {},
        },
        idleTimeout: 30,
        carryOut({ type }: { type: string }) {
          begun.push(type);
          return undefined;
        },
      } as unknown as Parameters<typeof runScp>[1],
      new Call(canceller.signal),
      { untilExit: false },
    );
    await nextTurn();
    hand("stdout", Buffer.from("C0644 1 f\n"));
    canceller.abort();
    await assert.rejects(transfer, { kind: "Cancelled" });
    drain(true);
    await nextTurn();
    assert.deepEqual(begun, []);
  });
});
