import assert from "node:assert/strict";
import { splitAddress } from "../../clients/js/address.ts";

describe("JavaScript client: an address of one piece", () => {
  // What the other clients make of these, too.
  for (const [text, username, host, port] of [
    ["host", undefined, "host", undefined],
    ["host:2222", undefined, "host", 2222],
    ["alice@host", "alice", "host", undefined],
    ["alice@host:2222", "alice", "host", 2222],
    ["a@b@host", "a@b", "host", undefined],
    ["a:b@host", "a:b", "host", undefined],
    ["::1", undefined, "::1", undefined],
    ["alice@::1", "alice", "::1", undefined],
    ["[::1]", undefined, "::1", undefined],
    ["alice@[fe80::1%lo]:222", "alice", "fe80::1%lo", 222],
  ] as const) {
    it(`${text} is split`, () => {
      assert.deepEqual(splitAddress(text), { username, host, port });
    });
  }

  for (const [text, reason] of [
    ["", "no host"],
    ["alice@", "no host"],
    ["@host", "no user before the @"],
    [":22", "no host"],
    ["host:", '"" is no port'],
    ["host:ssh", '"ssh" is no port'],
    ["host:0", '"0" is no port'],
    ["host:65536", '"65536" is no port'],
    ["host:+22", '"+22" is no port'],
    ["[::1]:", '"" is no port'],
    ["[::1", "not [host]:port"],
    ["[::1]22", "not [host]:port"],
  ] as const) {
    it(`${JSON.stringify(text)} is refused`, () => {
      const data = {
        path: "host",
        reason: `${reason}, in ${JSON.stringify(text)}`,
        dispatched: "no",
      };
      assert.throws(() => splitAddress(text), { kind: "InvalidParams", data });
    });
  }
});
