import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import ssh2 from "ssh2";
import { derivations } from "../../../../src/ssh/login/keys/derivations.ts";
import { embeddedPublicKey, parsePrivateKey } from "../../../../src/ssh/login/keys/private-key.ts";
import {
  PassphraseMissing,
  UnusableKey,
  WrongPassphrase,
} from "../../../../src/ssh/login/keys/unusable-key.ts";
import { publicKeyOf } from "../../../../src/ssh/support/public-key.ts";
import { signWith } from "../../../../src/ssh/login/auth/signature.ts";
import { WireReader } from "../../../../src/codecs/ssh/wire.ts";
import { programPath, requires } from "../../../fixtures/requirements.ts";
import { useScope } from "../../../fixtures/scope.ts";
import { copyKey, makeKey, readPublicKey } from "../../../fixtures/ssh-keys.ts";
import type { KeyType } from "../../../fixtures/ssh-keys.ts";

describe("private keys", () => {
  const scope = useScope();

  before(function () {
    requires(this, "ssh");
  });

  const by = (passphrase: string) => ({ passphrase, derivations });
  const formats = ["RFC4716", "PEM", "PKCS8"];
  const types: KeyType[] = ["ed25519", "ecdsa", "rsa"];
  for (const type of types) {
    for (const format of formats) {
      for (const passphrase of ["", "päss"]) {
        // OpenSSH 9 writes Ed25519 in its own format only.
        if (type === "ed25519" && format !== "RFC4716") continue;
        it(`${type}, ${format}${passphrase && ", encrypted"}: the key that ssh-keygen made`, () => {
          const path = join(scope.tempDir(), "key");
          copyKey(makeKey(type, "parsed"), path);
          const args = ["-q", "-p", "-P", "", "-N", passphrase, "-m", format, "-f", path];
          execFileSync(programPath("ssh-keygen"), args, { stdio: "ignore" });
          const text = readFileSync(path, "utf8");
          if (passphrase) {
            assert.throws(() => parsePrivateKey(text), PassphraseMissing);
            assert.throws(() => parsePrivateKey(text, by("wrong")), WrongPassphrase);
          }
          const key = parsePrivateKey(text, passphrase ? by(passphrase) : undefined);
          const { type: name, blob } = readPublicKey(path);
          assert.deepEqual(publicKeyOf(key), { type: name, blob: Buffer.from(blob, "base64") });
          const isOwn = format === "RFC4716";
          assert.deepEqual(embeddedPublicKey(text), isOwn ? publicKeyOf(key) : undefined);
        });
      }
    }
  }

  const signatures: [KeyType, string, string | undefined][] = [
    ["ed25519", "ssh-ed25519", undefined],
    ["ecdsa", "ecdsa-sha2-nistp256", undefined],
    ["rsa", "rsa-sha2-256", "sha256"],
    ["rsa", "rsa-sha2-512", "sha512"],
  ];
  for (const [type, algorithm, hash] of signatures) {
    it(`sign as ${algorithm}: what ssh2 verifies`, () => {
      const path = makeKey(type, "parsed");
      const verifier = ssh2.utils.parseKey(readFileSync(`${path}.pub`));
      assert.ok(!(verifier instanceof Error));
      const key = parsePrivateKey(readFileSync(path, "utf8"));
      // A number of an ECDSA signature is shorter now and then, or has its first bit set.
      for (let n = 0; n < 50; n++) {
        const data = Buffer.from(`data ${n}`);
        const reader = new WireReader(signWith(key, data, algorithm));
        assert.equal(reader.name(), algorithm);
        const signature = reader.string();
        const bare = type === "ecdsa" ? asn1(signature) : signature;
        assert.ok(verifier.verify(data, bare, hash));
      }
    });
  }

  const useless: [string, string, RegExp][] = [
    ["nothing", "", /no private key/],
    ["any text", "hello", /no private key/],
    ["PuTTY's version 3", "PuTTY-User-Key-File-3: ssh-ed25519\n", /version 3/],
    ["a key of Ed448", pem("ed448"), /ed448 keys are not supported/],
    ["a key of DSA", pem("dsa"), /dsa keys are not supported/],
    ["a broken PEM", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", /malformed/],
  ];
  for (const [what, text, reason] of useless) {
    it(`${what}: told`, () => {
      assert.throws(
        () => parsePrivateKey(text),
        (error) => error instanceof UnusableKey && reason.test(error.message),
      );
    });
  }

  it("is read in linear time, white space included", () => {
    // In quadratic time this would take a minute.
    const text = `-----BEGIN OPENSSH PRIVATE KEY-----${"\n".repeat(100_000)}!`;
    assert.equal(embeddedPublicKey(text), undefined);
  });

  it("a key on a security key: told", () => {
    const name = "sk-ssh-ed25519@openssh.com";
    const text = (value: string | Buffer) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(value.length);
      return Buffer.concat([length, Buffer.from(value)]);
    };
    const body = Buffer.concat([
      Buffer.from("openssh-key-v1\0"),
      ...["none", "none", ""].map(text),
      Buffer.from([0, 0, 0, 1]),
      text(text(name)),
      text("private"),
    ]).toString("base64");
    const key = `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`;
    assert.throws(() => parsePrivateKey(key), /FIDO/);
  });
});

function pem(type: "ed448" | "dsa"): string {
  const encoding = { format: "pem", type: "pkcs8" } as const;
  const { privateKey } =
    type === "dsa"
      ? generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 })
      : generateKeyPairSync("ed448");
  return privateKey.export(encoding).toString();
}

/** An ECDSA signature of RFC 5656 as OpenSSL has it. */
function asn1(signature: Buffer): Buffer {
  const reader = new WireReader(signature);
  const integers = [reader.string(), reader.string()].map((number) =>
    Buffer.concat([Buffer.from([2, number.length]), number]),
  );
  const body = Buffer.concat(integers);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}
