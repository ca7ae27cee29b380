import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { Malformed, byte, mpint, string, uint32 } from "../../../src/codecs/ssh/wire.ts";
import { readCertificate } from "../../../src/ssh/support/certificates.ts";
import { programPath, requires } from "../../fixtures/requirements.ts";
import { useScope } from "../../fixtures/scope.ts";

const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest();
const base64url = (text: string | undefined) => Buffer.from(text ?? "", "base64url");

/** A key on a security key (PROTOCOL.u2f), here in software: what it signs has a counter in it. */
interface SecurityKey {
  blob: Buffer;
  sign(bytes: Buffer): Buffer;
}

const application = "ssh:";
const flagsAndCounter = Buffer.concat([byte(1), uint32(7)]);
const statement = (bytes: Buffer) =>
  Buffer.concat([sha256(application), flagsAndCounter, sha256(bytes)]);

function ed25519(): SecurityKey {
  const type = "sk-ssh-ed25519@openssh.com";
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const { x } = publicKey.export({ format: "jwk" });
  return {
    blob: Buffer.concat([type, base64url(x), application].map(string)),
    sign: (bytes) => {
      const signature = sign(null, statement(bytes), privateKey);
      return Buffer.concat([string(type), string(signature), flagsAndCounter]);
    },
  };
}

function ecdsa(): SecurityKey {
  const type = "sk-ecdsa-sha2-nistp256@openssh.com";
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" });
  const point = Buffer.concat([byte(4), base64url(x), base64url(y)]);
  return {
    blob: Buffer.concat([type, "nistp256", point, application].map(string)),
    sign: (bytes) => {
      const key = { key: privateKey, dsaEncoding: "ieee-p1363" } as const;
      const both = sign("sha256", statement(bytes), key);
      const numbers = [both.subarray(0, 32), both.subarray(32)].map(mpint);
      return Buffer.concat([string(type), string(Buffer.concat(numbers)), flagsAndCounter]);
    },
  };
}

/** A user's certificate for a key of its own. */
function certificate(ca: SecurityKey): Buffer {
  const { publicKey } = generateKeyPairSync("ed25519");
  const { x } = publicKey.export({ format: "jwk" });
  const signed = Buffer.concat([
    ...["ssh-ed25519-cert-v01@openssh.com", "a nonce", base64url(x)].map(string),
    Buffer.alloc(8),
    uint32(1),
    string("the id"),
    string(string("alice")),
    Buffer.alloc(8),
    Buffer.alloc(8, 0xff),
    ...["", "", "", ca.blob].map(string),
  ]);
  return Buffer.concat([signed, string(ca.sign(signed))]);
}

describe("certificates whose authority is a security key", () => {
  const scope = useScope();

  for (const [title, make] of [
    ["Ed25519", ed25519],
    ["ECDSA", ecdsa],
  ] as const) {
    it(`${title}: read, as by ssh-keygen, and not with a byte of it changed`, function () {
      requires(this, "ssh");
      const blob = certificate(make());
      const file = join(scope.tempDir(), "id-cert.pub");
      writeFileSync(file, `ssh-ed25519-cert-v01@openssh.com ${blob.toString("base64")}\n`);
      const told = String(execFileSync(programPath("ssh-keygen"), ["-L", "-f", file]));
      assert.match(told, /Key ID: "the id"/);
      assert.equal(readCertificate(blob)?.keyId, "the id");
      for (let index = 0; index < blob.length; index++) {
        const changed = Buffer.from(blob);
        changed[index] = (changed[index] as number) ^ 1;
        assert.equal(isRead(changed), false, `${index}`);
      }
    });
  }
});

function isRead(blob: Buffer): boolean {
  try {
    return readCertificate(blob) !== undefined;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}
