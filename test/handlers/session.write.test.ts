import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Request } from "../../src/handlers/support/handler.ts";
import write from "../../src/handlers/session.write.ts";
import { Cancellation } from "../../src/protocol/cancellation.ts";
import { atTurnEnd } from "../../src/ssh/flow/turn-end.ts";

describe("handlers: session.write", () => {
  it("is answered behind what the same turn of the event loop sends to servers", async () => {
    const order: string[] = [];
    const program = { write: async () => atTurnEnd(() => order.push("sent")) };
    const scope = { calls: { program: () => program } };
    await write.run({
      params: { token: 1, data: "x" },
      binary: undefined,
      scope,
      cancellation: new Cancellation(),
      receivedAt: performance.now(),
    } as unknown as Request);
    order.push("answered");
    assert.deepEqual(order, ["sent", "answered"]);
  });
});
