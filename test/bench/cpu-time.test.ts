import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { before, describe, it } from "mocha";
import { cpuTime, parseStat } from "../fixtures/processes.ts";
import { requires } from "../fixtures/requirements.ts";

describe("bench: CPU time", () => {
  it("is read from the fields of proc_pid_stat(5), whatever the process is called", () => {
    // Fields 1 to 19; utime to cstime are 14 to 17.
    const text = "42 (a) R 1 (b) S 7 42 42 0 -1 4194560 10 20 30 40 125 25 300 50 20 0 1\n";
    assert.deepEqual(parseStat(text), {
      name: "a) R 1 (b",
      state: "S",
      parent: 7,
      cpuTime: { own: 1.5, reaped: 3.5 },
    });
    assert.equal(parseStat(""), undefined);
  });

  describe("of processes", () => {
    before(function () {
      requires(this, "proc");
    });

    it("is this one's, and that of its children once they have ended", () => {
      const earlier = cpuTime(process.pid);
      // Until it has used 100 ms itself, however long that takes.
      const burn = "while (process.cpuUsage().user + process.cpuUsage().system < 100_000);";
      spawnSync(process.execPath, ["-e", burn]);
      const later = cpuTime(process.pid);
      assert.ok(later.reaped - earlier.reaped > 0.075, `${later.reaped - earlier.reaped}`);
      assert.ok(later.own >= earlier.own);
    });

    it("is the sum of all that are there", () => {
      const one = cpuTime(process.pid);
      const two = cpuTime(process.pid, process.pid, 2 ** 30);
      assert.ok(one.own > 0);
      assert.ok(two.own >= 2 * one.own && two.reaped >= 2 * one.reaped);
    });
  });
});
