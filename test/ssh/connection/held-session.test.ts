import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, it } from "mocha";
import { HeldSession } from "../../../src/ssh/connection/held-session.ts";
import { Outages } from "../../../src/ssh/connection/outages.ts";
import type { Session } from "../../../src/ssh/connection/session.ts";

/** A session whose connection is lost when the test says so. */
class Losable {
  loss: object | undefined;
  #told: () => void = () => {};

  onEnd(told: () => void): void {
    this.#told = told;
  }

  lose(): void {
    this.loss = { kind: "ConnectionLost", message: "lost" };
    this.#told();
  }

  async end(): Promise<void> {}
}

describe("a session that reconnects", () => {
  it("pauses when the new connection is lost right after it was made", async () => {
    const sessions = [new Losable(), new Losable(), new Losable()];
    let made = 0;
    const restored: (() => void)[] = [];
    const isRestored = new Promise<void>((resolve) => restored.push(resolve));
    // So long that the second attempt doesn't come within the test.
    const pauses = { beforeFirst: 0, first: 1e9, last: 1e9, altogether: 1e9 };
    const held = new HeldSession(sessions[0] as unknown as Session, {
      reconnect: {
        server: "server",
        outages: new Outages(pauses),
        login: async () => sessions[++made] as unknown as Session,
      },
    });
    held.watch({ lost: () => {}, closed: () => {}, restored: () => restored[0]?.() });
    sessions[0]?.lose();
    await isRestored;
    sessions[1]?.lose();
    await sleep(100);
    assert.equal(made, 1);
    await held.end();
  });
});
