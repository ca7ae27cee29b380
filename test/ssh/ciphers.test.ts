import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { cipherOrder, ciphers } from "../../src/ssh/ciphers.ts";

describe("the order of ciphers", () => {
  it("AES-GCM first where the CPU does AES", () => {
    assert.equal(cipherOrder({ gcm: 0.012, chacha: 0.015 })[0], "aes128-gcm@openssh.com");
    // As fast, but for what else the machine does.
    assert.equal(cipherOrder({ gcm: 0.024, chacha: 0.015 })[0], "aes128-gcm@openssh.com");
  });

  it("ChaCha20 first where software does", () => {
    assert.equal(cipherOrder({ gcm: 0.065, chacha: 0.02 })[0], "chacha20-poly1305@openssh.com");
  });

  it("leaves none out, on this machine or another", () => {
    const all = cipherOrder({ gcm: 1, chacha: 1 }).toSorted();
    assert.equal(all.length, 6);
    assert.deepEqual(cipherOrder({ gcm: 2, chacha: 1 }).toSorted(), all);
    assert.deepEqual(ciphers().toSorted(), all);
    assert.equal(ciphers(), ciphers());
  });
});
