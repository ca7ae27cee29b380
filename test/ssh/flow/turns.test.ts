import assert from "node:assert/strict";
import { once } from "node:events";
import { Duplex } from "node:stream";
import { mock } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { endTurn, noteCommand, takeTurns, turnSize } from "../../../src/ssh/flow/turns.ts";

/** A connection to a server that reads when it is told to. */
class Connection extends Duplex {
  #read: (() => void)[] = [];
  taken = 0;
  override _read(): void {}
  override _write(_chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#read.push(done);
  }
  /** The server reads what has been written. */
  async drain(): Promise<void> {
    const drained = once(this, "drain");
    while (this.writableLength > 0) {
      for (const done of this.#read.splice(0)) done();
      await nextTurn();
    }
    await drained;
  }
}

const start = (mostUnsent: number, answer: (chunk: Buffer) => number) => {
  const connection = new Connection();
  connection.on("data", (chunk: Buffer) => {
    connection.taken += chunk.length;
    connection.write(Buffer.alloc(answer(chunk)));
  });
  takeTurns(connection, () => mostUnsent);
  return connection;
};

describe("takeTurns", () => {
  it("reads no more while the answers don't leave, and goes on when they have", async () => {
    const connection = start(1_000_000, (chunk) => chunk.length);
    for (let count = 0; count < 100; count++) {
      connection.push(Buffer.alloc(100_000));
      await nextTurn();
    }
    // Each turn's answers are written before it is known what has left.
    assert.equal(connection.taken, 1_100_000);
    while (connection.taken < 10_000_000) {
      await connection.drain();
      await nextTurn();
    }
    assert.equal(connection.taken, 10_000_000);
  });

  it("goes on where less than that waits", async () => {
    const connection = start(1_000_000, () => 10_000);
    for (let count = 0; count < 90; count++) connection.push(Buffer.alloc(100_000));
    for (let turn = 0; turn < 200; turn++) await nextTurn();
    assert.equal(connection.taken, 9_000_000);
  });

  it("gives way after a turn's bytes", async () => {
    const connection = start(Infinity, () => 0);
    const chunk = Buffer.alloc(turnSize / 2);
    for (let count = 0; count < 4; count++) connection.push(chunk);
    await new Promise((resolve) => process.nextTick(resolve));
    assert.equal(connection.taken, turnSize);
    await nextTurn();
    await nextTurn();
    assert.equal(connection.taken, 2 * turnSize);
  });
});

describe("endTurn", () => {
  /** Ends a turn of `connection`; whether it sleeps before its next. */
  async function sleeps(connection: object): Promise<boolean> {
    const timers = mock.method(globalThis, "setTimeout");
    try {
      await new Promise<void>((resolve) => endTurn(connection, resolve));
      return timers.mock.callCount() > 0;
    } finally {
      timers.mock.restore();
    }
  }

  it("sleeps while another connection runs commands, and not for its own", async () => {
    const [busy, other] = [{}, {}];
    // Later than all that other tests have run.
    const now = performance.now() + 1000;
    const clock = mock.method(performance, "now", () => now);
    try {
      noteCommand(busy);
      assert.equal(await sleeps(busy), false);
      assert.equal(await sleeps(other), true);
      noteCommand(other);
      assert.equal(await sleeps(busy), true);
    } finally {
      clock.mock.restore();
      noteCommand(busy);
      noteCommand(other);
      // What other tests count is turns, without a nap between.
      while (await sleeps({})) await nextTurn();
    }
  });
});
