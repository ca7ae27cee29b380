import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { algorithmNames } from "../../../src/protocol/algorithms.ts";
import { cipherOrder, inOrder } from "../../../src/ssh/ssh2/ciphers.ts";

describe("the order of ciphers", () => {
  const { usual } = algorithmNames.cipher;

  it("AES-GCM first where the CPU does AES", () => {
    assert.equal(cipherOrder(usual, { gcm: 0.012, chacha: 0.015 })[0], "aes128-gcm@openssh.com");
    // As fast, but for what else the machine does.
    assert.equal(cipherOrder(usual, { gcm: 0.024, chacha: 0.015 })[0], "aes128-gcm@openssh.com");
  });

  it("ChaCha20 first where software does", () => {
    const [first] = cipherOrder(usual, { gcm: 0.065, chacha: 0.02 });
    assert.equal(first, "chacha20-poly1305@openssh.com");
  });

  it("leaves none out, on this machine or another", () => {
    const all = usual.toSorted();
    assert.deepEqual(cipherOrder(usual, { gcm: 1, chacha: 1 }).toSorted(), all);
    assert.deepEqual(cipherOrder(usual, { gcm: 3, chacha: 1 }).toSorted(), all);
    assert.deepEqual(inOrder(usual).toSorted(), all);
  });
});
