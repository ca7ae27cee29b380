import assert from "node:assert/strict";
import {
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
} from "node:crypto";
import { ml_kem768 as kem } from "@noble/post-quantum/ml-kem.js";
import { before, describe, it } from "mocha";
import { HybridKeys } from "../../../src/ssh/ssh2/key-exchange/hybrid-exchange.ts";
import { loadMlKem, nativeMlKem } from "../../../src/ssh/ssh2/key-exchange/ml-kem.ts";
import type { MakePair } from "../../../src/ssh/ssh2/key-exchange/ml-kem.ts";

/** The server's half: S_REPLY and K. */
function answer(init: Buffer): { reply: Buffer; secret: Buffer } {
  assert.equal(init.length, 1184 + 32);
  const { cipherText, sharedSecret } = kem.encapsulate(init.subarray(0, 1184));
  const { privateKey, publicKey: own } = generateKeyPairSync("x25519");
  const x = init.subarray(1184).toString("base64url");
  const publicKey = createPublicKey({ key: { kty: "OKP", crv: "X25519", x }, format: "jwk" });
  const shared = diffieHellman({ privateKey, publicKey });
  const mine = Buffer.from(own.export({ format: "jwk" }).x ?? "", "base64url");
  return {
    reply: Buffer.concat([cipherText, mine]),
    secret: createHash("sha256").update(sharedSecret).update(shared).digest(),
  };
}

/** This Node's own only where it has one: test/install runs the exchange on those that do. */
const own = nativeMlKem();
const kinds: [string, () => Promise<MakePair>][] = [
  ...(own ? [["Node's ML-KEM", async () => own] as [string, () => Promise<MakePair>]] : []),
  ["noble's ML-KEM", loadMlKem],
];
for (const [name, load] of kinds) {
  describe(`mlkem768x25519-sha256 with ${name}`, () => {
    let makePair: MakePair;

    before(async () => {
      makePair = await load();
    });

    it("has the server's secret", () => {
      for (let time = 0; time < 5; time++) {
        const keys = new HybridKeys(makePair);
        const { reply, secret } = answer(keys.init);
        assert.deepEqual(keys.secret(reply), secret);
      }
    });

    it("takes no reply of another length, and no X25519 key that is none", () => {
      const keys = new HybridKeys(makePair);
      const { reply } = answer(keys.init);
      for (const length of [0, 32, 1088, reply.length - 1]) {
        assert.throws(() => keys.secret(reply.subarray(0, length)), /instead of 1120/);
      }
      assert.throws(() => keys.secret(Buffer.concat([reply, Buffer.alloc(1)])), /instead of 1120/);
      assert.throws(() => keys.secret(Buffer.alloc(reply.length)));
    });

    it("has another secret of a reply that is swapped, or not to our own key", () => {
      const keys = new HybridKeys(makePair);
      const { reply, secret } = answer(keys.init);
      const swapped = Buffer.concat([reply.subarray(1088), reply.subarray(0, 1088)]);
      const random = Buffer.concat([randomBytes(1088), reply.subarray(1088)]);
      for (const other of [swapped, random]) assert.notDeepEqual(keys.secret(other), secret);
    });
  });
}
