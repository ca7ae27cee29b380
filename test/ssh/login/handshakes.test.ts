import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Cancellation } from "../../../src/protocol/cancellation.ts";
import { Handshakes } from "../../../src/ssh/login/handshakes.ts";
import { Call } from "../../../src/ssh/support/call.ts";

describe("Handshakes", () => {
  it("are of those clients first who have the fewest under way", async () => {
    const handshakes = new Handshakes();
    const account = { host: "example", port: 22, username: "alice" };
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const login = (owner: object, name: string) => {
      const call = new Call(new Cancellation());
      call.owner = owner;
      return handshakes.run("example 22", account, call, () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      });
    };
    const [busy, other] = [{}, {}];
    const all = Array.from({ length: 20 }, (_, n) => login(busy, `busy ${n}`));
    all.push(login(other, "other"));
    await nextTurn();
    assert.equal(begun.length, 8);
    ends.shift()?.();
    await nextTurn();
    assert.equal(begun[8], "other");
    while (ends.length > 0) {
      ends.shift()?.();
      await nextTurn();
    }
    await Promise.all(all);
    assert.deepEqual(handshakes.status, []);
  });
});
