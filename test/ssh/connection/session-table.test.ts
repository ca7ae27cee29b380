import assert from "node:assert/strict";
import type { Failure } from "../../../src/protocol/errors.ts";
import { Call } from "../../../src/ssh/support/call.ts";
import { Cancellation } from "../../../src/protocol/cancellation.ts";
import type { Session } from "../../../src/ssh/connection/session.ts";
import { SessionTable } from "../../../src/ssh/connection/session-table.ts";

describe("SessionTable", () => {
  it("ends a session that comes when it was closed: cancelled, in the phase of its login", async () => {
    const table = new SessionTable();
    await table.close();
    let ends = 0;
    const session = { end: async () => void (ends += 1) } as unknown as Session;
    const call = new Call(new Cancellation());
    call.phase = "authenticate";
    await assert.rejects(table.add(session, call), ({ kind, data }: Failure) => {
      assert.deepEqual([kind, data["phase"]], ["Cancelled", "authenticate"]);
      return true;
    });
    assert.equal(ends, 1);
    assert.deepEqual([...table.entries()], []);
  });
});
