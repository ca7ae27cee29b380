import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Failure } from "../../../src/protocol/errors.ts";
import { Call } from "../../../src/ssh/support/call.ts";
import { Cancellation } from "../../../src/protocol/cancellation.ts";
import type { HeldSession } from "../../../src/ssh/connection/held-session.ts";
import { SessionTable } from "../../../src/ssh/connection/session-table.ts";

describe("SessionTable", () => {
  it("ends a session that comes when it was closed: cancelled, in the phase of its login", async () => {
    const table = new SessionTable();
    await table.close();
    let ends = 0;
    const session = { end: async () => void (ends += 1) } as unknown as HeldSession;
    const call = new Call(new Cancellation());
    call.phase = "authenticate";
    await assert.rejects(table.add(session, call), ({ kind, data }: Failure) => {
      assert.deepEqual([kind, data["phase"]], ["Cancelled", "authenticate"]);
      return true;
    });
    assert.equal(ends, 1);
    assert.deepEqual([...table.entries()], []);
  });

  it("frees a session when it has ended, with those over it, and knows none of them any more", async () => {
    const table = new SessionTable();
    const call = new Call(new Cancellation());
    let end!: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const passenger = { passengers: new Set() } as unknown as HeldSession;
    const session = {
      passengers: new Set([passenger]),
      end: () => ended,
    } as unknown as HeldSession;
    const handle = await table.add(session, call);
    await table.add(passenger, call);
    let isFreed = false;
    const freed = table.free(handle).then(() => (isFreed = true));
    assert.deepEqual([...table.entries()], []);
    await nextTurn();
    assert.equal(isFreed, false);
    end();
    await freed;
    assert.throws(() => table.get(handle), /there is no session 1/);
    await table.free(handle);
  });
});
