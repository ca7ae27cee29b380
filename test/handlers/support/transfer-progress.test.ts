import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { TransferProgress, withProgress } from "../../../src/handlers/support/transfer-progress.ts";
import { gate } from "../../server/support.ts";

/** A progress that begins at 0 on a clock of the test's, and what it tells. */
function progressOf(notify?: () => Promise<void>) {
  const told: unknown[] = [];
  const clock = { now: 0 };
  const client = {
    notify: (_method: unknown, { token, value }: any) => {
      assert.equal(token, "t");
      told.push(value);
      return notify?.() ?? Promise.resolve();
    },
  };
  const progress = new TransferProgress("scpRecv", "t", client, () => clock.now);
  /** So many bytes move at this time; what was told before is sent. */
  const move = async (bytes: number, at: number) => {
    await new Promise(setImmediate);
    clock.now = at;
    progress.moved(bytes);
  };
  return { progress, told, move };
}

describe("handlers: progress of a transfer", () => {
  it("reports ten times a second at most, and always the end", async () => {
    const { progress, told, move } = progressOf();
    progress.begin(1000);
    for (let at = 1; at <= 1000; at++) await move(1, at);
    progress.end();
    const reports = Array.from({ length: 10 }, (_, index) => ({
      kind: "report",
      bytes: 100 * (index + 1),
      total: 1000,
      percentage: 10 * (index + 1),
    }));
    assert.deepEqual(told, [
      { kind: "begin", title: "scpRecv", total: 1000 },
      ...reports,
      { kind: "end", bytes: 1000, total: 1000 },
    ]);
  });

  it("does not report what moves faster than that", async () => {
    const { progress, told, move } = progressOf();
    progress.begin(30);
    await move(10, 99);
    await move(10, 100);
    await move(10, 199);
    progress.end();
    assert.deepEqual(told.slice(1), [
      { kind: "report", bytes: 20, total: 30, percentage: 66 },
      { kind: "end", bytes: 30, total: 30 },
    ]);
  });

  it("does not pile up reports for a client that doesn't read", async () => {
    const reading = gate();
    const { progress, told, move } = progressOf(() => reading.promise);
    progress.begin(100);
    await move(1, 1000);
    await move(1, 2000);
    assert.equal(told.length, 1);
    reading.open();
    await move(1, 3000);
    assert.equal(told.length, 2);
  });

  it("tells nothing of a transfer that never began", () => {
    const { progress, told } = progressOf();
    progress.end();
    assert.deepEqual(told, []);
  });

  it("is not asked for without a token, and outlives a client that is gone", async () => {
    const client: any = { notify: () => Promise.reject(new Error("gone")) };
    await withProgress("scpSend", undefined, client, async (progress) => {
      assert.equal(progress, undefined);
    });
    await withProgress("scpSend", 0, client, async (progress) => progress?.begin(1));
  });
});
