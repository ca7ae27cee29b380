import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { Log } from "../../src/server/log.ts";

describe("server: log", () => {
  const logged = (write: (log: Log) => void): string => {
    const lines: string[] = [];
    write(new Log((line) => lines.push(line), "info"));
    return lines.join("").replace(/^\S+Z /gm, "");
  };

  it("writes what is urgent enough, a line each, with the time", () => {
    const lines: string[] = [];
    const log = new Log((line) => lines.push(line), "warn");
    log.error("a");
    log.warn("b");
    log.info("c");
    log.debug("d");
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z error a\n$/);
  });

  it("lets nobody forge a line or move the cursor", () => {
    const text = "a\nb\r\u001b[31m\u0085\u2028\u202e\\n\u0000\ud800é😀";
    assert.equal(
      logged((log) => log.info(text)),
      "info a\\nb\\u{d}\\u{1b}[31m\\u{85}\\u{2028}\\u{202e}\\\\n\\u{0}\\u{d800}é😀\n",
    );
  });

  it("logs an error's stack in the line", () => {
    const line = logged((log) => log.error("text", new Error("cause")));
    assert.match(line, /^error text: Error: cause\\n {4}at .*\n$/);
  });

  it("cuts off what is too long", () => {
    assert.ok(logged((log) => log.info("x".repeat(1e6))).length < 10_000);
  });
});
