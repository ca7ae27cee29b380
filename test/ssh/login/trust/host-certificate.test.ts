import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { before, describe, it } from "mocha";
import { Malformed } from "../../../../src/codecs/ssh/wire.ts";
import { faultOf } from "../../../../src/ssh/login/trust/host-certificate.ts";
import { readCertificate } from "../../../../src/ssh/support/certificates.ts";
import { programPath, requires } from "../../../fixtures/requirements.ts";
import { useScope } from "../../../fixtures/scope.ts";
import { makeKey, readPublicKey } from "../../../fixtures/ssh-keys.ts";

const now = Date.now() / 1000;

/** Whether a blob would be taken for a certificate of the host `h`. */
function isTaken(blob: Buffer): boolean {
  try {
    const certificate = readCertificate(blob);
    return certificate !== undefined && faultOf(certificate, "h", now) === undefined;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

describe("a host's certificate", () => {
  const scope = useScope("suite");
  const blobs: Buffer[] = [];

  before(function () {
    requires(this, "ssh");
    for (const type of ["ed25519", "ecdsa", "rsa"] as const) {
      const copy = join(scope.tempDir(), "key.pub");
      copyFileSync(`${makeKey(type, "host")}.pub`, copy);
      const args = ["-q", "-s", makeKey(type, "ca"), "-I", "id", "-h", "-n", "h", copy];
      execFileSync(programPath("ssh-keygen"), args);
      blobs.push(Buffer.from(readPublicKey(copy.replace(".pub", "-cert")).blob, "base64"));
    }
  });

  it("is taken as it is, at any length of its own only", () => {
    for (const blob of blobs) {
      assert.ok(isTaken(blob));
      for (let length = 0; length < blob.length; length++) {
        assert.equal(isTaken(blob.subarray(0, length)), false, `${length}`);
      }
      assert.equal(isTaken(Buffer.concat([blob, Buffer.alloc(1)])), false);
    }
  });

  it("is never taken with a byte changed", function () {
    this.timeout(60_000);
    const change = fc.record({
      which: fc.nat({ max: 2 }),
      at: fc.nat(),
      by: fc.integer({ min: 1, max: 255 }),
    });
    fc.assert(
      fc.property(change, ({ which, at, by }) => {
        const original = blobs[which];
        assert.ok(original);
        const blob = Buffer.from(original);
        const index = at % blob.length;
        blob[index] = (blob[index] as number) ^ by;
        assert.equal(isTaken(blob), false, `${which} at ${index}`);
      }),
      { numRuns: 10_000 },
    );
  });
});
