import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { algorithmNames } from "../../../src/protocol/algorithms.ts";
import { algorithmsOf, signaturesOf } from "../../../src/ssh/config/algorithm-lists.ts";

const { usual, weak } = algorithmNames.cipher;

/** What a value of Ciphers makes of the ciphers. */
const ciphers = (value: string) =>
  algorithmsOf((setting) => (setting === "ciphers" ? { value, usual: undefined } : undefined))
    .cipher;

describe("lists of algorithms as ssh_config(5) has them", () => {
  it("a list alone is the whole list, in its order", () => {
    assert.deepEqual(ciphers("aes256-ctr,aes128-ctr"), ["aes256-ctr", "aes128-ctr"]);
  });

  it("`+` appends", () => {
    const [added] = weak as readonly string[];
    assert.deepEqual(ciphers(`+${added}`), [...usual, added]);
  });

  it("`^` puts in front, and nothing comes twice", () => {
    const others = usual.filter((name) => name !== "aes256-ctr");
    assert.deepEqual(ciphers("^aes256-ctr"), ["aes256-ctr", ...others]);
    assert.equal(signaturesOf("^rsa-sha2-512")[0], "rsa-sha2-512");
  });

  it("`-` takes away what its patterns match", () => {
    assert.deepEqual(
      ciphers("-aes*"),
      usual.filter((name) => !name.startsWith("aes")),
    );
  });
});
