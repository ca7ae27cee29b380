import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { parseJumpSpec } from "../../../src/ssh/config/jump-spec.ts";

describe("a host of ProxyJump", () => {
  const specs: [string, string, (number | undefined)?, string?][] = [
    ["gate", "gate"],
    ["gate:2222", "gate", 2222],
    ["a@gate", "gate", undefined, "a"],
    ["a@b@gate:1", "gate", 1, "a@b"],
    ["::1", "::1"],
    ["[::1]", "::1"],
    ["a@[fe80::1%eth0]:22", "fe80::1%eth0", 22, "a"],
    ["ssh://a@gate:2222/", "gate", 2222, "a"],
    ["ssh://[::1]", "::1"],
    [" gate ", "gate"],
  ];
  for (const [text, host, port, username] of specs) {
    it(JSON.stringify(text), () => {
      assert.deepEqual(parseJumpSpec(text), { host, port, username });
    });
  }
});
