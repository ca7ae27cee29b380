import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { exitStatus } from "../../../src/handlers/support/exit-status.ts";

describe("a command's end", () => {
  it("is its status, or its signal as a shell has it", () => {
    assert.deepEqual(exitStatus({ code: 3 }), { exitCode: 3, exitSignal: null });
    assert.deepEqual(exitStatus({ signal: "TERM" }), { exitCode: 143, exitSignal: "TERM" });
    assert.deepEqual(exitStatus({}), { exitCode: null, exitSignal: null });
  });

  it("may be a signal of the server's own", () => {
    for (const signal of ["oops@example.com", "constructor", "__proto__"]) {
      assert.deepEqual(exitStatus({ signal }), { exitCode: null, exitSignal: signal });
    }
  });

  for (const signal of ["", "\u001b[31mX", "X\u202e", "a b", "a,b", "é", "x".repeat(65)]) {
    it(`is unknown where the signal's name is none: ${JSON.stringify(signal)}`, () => {
      assert.deepEqual(exitStatus({ signal }), { exitCode: null, exitSignal: null });
    });
  }
});
