import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { derivations } from "../../../../src/ssh/login/keys/derivations.ts";
import { embeddedPublicKey, parsePrivateKey } from "../../../../src/ssh/login/keys/private-key.ts";
import {
  PassphraseMissing,
  UnusableKey,
  WrongPassphrase,
} from "../../../../src/ssh/login/keys/unusable-key.ts";
import { publicKeyOf } from "../../../../src/ssh/support/public-key.ts";
import { programPath, requires } from "../../../fixtures/requirements.ts";
import { useScope } from "../../../fixtures/scope.ts";
import { copyKey, makeKey, readPublicKey } from "../../../fixtures/ssh-keys.ts";
import type { KeyType } from "../../../fixtures/ssh-keys.ts";

const passphrase = "sécret";
const types: KeyType[] = ["ed25519", "ecdsa", "rsa"];

describe("private keys: what each program writes is read", () => {
  const scope = useScope();

  /** A copy of a key that ssh-keygen made, in a folder of its own. */
  function source(type: KeyType): string {
    const path = join(scope.tempDir(), "key");
    copyKey(makeKey(type, "parsed"), path);
    return path;
  }
  const run = (program: string, ...args: string[]): Buffer =>
    execFileSync(programPath(program), args, { stdio: ["ignore", "pipe", "ignore"] });

  /** Asserts that the bytes hold the key of `path`, by the passphrase alone where there is one. */
  function holds(path: string, bytes: Uint8Array | string, encrypted = false): void {
    if (encrypted) {
      assert.throws(() => parsePrivateKey(bytes), PassphraseMissing);
      const wrong = { passphrase: "wrong", derivations };
      assert.throws(() => parsePrivateKey(bytes, wrong), WrongPassphrase);
    }
    const key = parsePrivateKey(bytes, encrypted ? { passphrase, derivations } : undefined);
    const { type, blob } = readPublicKey(path);
    const expected = { type, blob: Buffer.from(blob, "base64") };
    assert.deepEqual(publicKeyOf(key), expected);
    const embedded = embeddedPublicKey(bytes);
    if (embedded) assert.deepEqual(embedded, expected);
  }
  const useless = (bytes: Uint8Array | string, reason: RegExp, decryption?: object) =>
    assert.throws(
      () => parsePrivateKey(bytes, decryption && { passphrase, derivations }),
      (error) => error instanceof UnusableKey && reason.test(error.message),
    );

  describe("ssh-keygen", () => {
    before(function () {
      requires(this, "ssh");
    });

    it("its own format, encrypted with every cipher that ssh has", () => {
      const path = source("ed25519");
      const ciphers = run("ssh", "-Q", "cipher").toString().trim().split("\n");
      assert.ok(ciphers.includes("chacha20-poly1305@openssh.com"));
      let old = "";
      for (const cipher of ciphers) {
        const args = ["-q", "-p", "-a", "1", "-Z", cipher, "-P", old, "-N", passphrase];
        run("ssh-keygen", ...args, "-f", path);
        old = passphrase;
        holds(path, readFileSync(path), true);
      }
    });

    it("one byte that has changed is noticed where the cipher has a tag", () => {
      const path = source("ed25519");
      for (const cipher of ["aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"]) {
        const args = ["-q", "-p", "-a", "1", "-Z", cipher, "-P", "", "-N", passphrase];
        run("ssh-keygen", ...args, "-f", path);
        const lines = readFileSync(path, "utf8").split("\n");
        const [line = ""] = lines.splice(-4, 1);
        const changed = (line.startsWith("A") ? "B" : "A") + line.slice(1);
        lines.splice(-3, 0, changed);
        const decryption = { passphrase, derivations };
        assert.throws(() => parsePrivateKey(lines.join("\n"), decryption), UnusableKey);
        run("ssh-keygen", "-q", "-p", "-P", passphrase, "-N", "", "-f", path);
      }
    });

    it("every curve", () => {
      for (const bits of ["256", "384", "521"]) {
        const path = join(scope.tempDir(), "key");
        run("ssh-keygen", "-q", "-t", "ecdsa", "-b", bits, "-N", "", "-f", path);
        holds(path, readFileSync(path));
      }
    });

    it("a key with text around it, a byte order mark, and lines that end as on Windows", () => {
      for (const type of types) {
        const path = source(type);
        const text = readFileSync(path, "utf8");
        holds(path, `\ufeff${text.replaceAll("\n", "\r\n")}`);
        holds(path, `a note\n${text}and more\n`);
      }
    });

    it("one that is cut short", () => {
      const text = readFileSync(source("rsa"), "utf8");
      useless(text.slice(0, 300), /^it is malformed$/);
      useless(text.replace(/.*\n-----END/, "-----END"), /malformed/);
    });
  });

  describe("openssl", () => {
    before(function () {
      requires(this, "ssh", "openssl");
    });

    /** The key of `path` in PKCS #8. */
    function pkcs8(path: string): string {
      const copy = join(scope.tempDir(), "pkcs8");
      copyKey(path, copy);
      run("ssh-keygen", "-q", "-p", "-P", "", "-N", "", "-m", "PKCS8", "-f", copy);
      return copy;
    }
    const pass = ["-passout", `pass:${passphrase}`];

    for (const type of ["ecdsa", "rsa"] as const) {
      it(`${type}: PKCS #8 and the older form, plain and encrypted, PEM and DER`, () => {
        const path = source(type);
        const from = ["-in", pkcs8(path)];
        const older = type === "rsa" ? ["rsa", "-traditional"] : ["ec"];
        for (const form of ["PEM", "DER"]) {
          const as = ["-outform", form];
          holds(path, run("openssl", "pkcs8", "-topk8", "-nocrypt", ...from, ...as));
          holds(path, run("openssl", ...older, ...from, ...as));
          holds(path, run("openssl", "pkcs8", "-topk8", ...from, ...as, ...pass), true);
        }
        for (const cipher of ["-aes256", "-des3", "-camellia192", "-aria128"]) {
          holds(path, run("openssl", ...older, cipher, ...from, ...pass), true);
        }
        for (const scheme of [["-scrypt"], ["-v1", "PBE-SHA1-3DES"], ["-v2", "aes128"]]) {
          const made = run("openssl", "pkcs8", "-topk8", ...scheme, ...from, ...pass);
          holds(path, made, true);
        }
      });
    }

    it('behind "Bag Attributes", as out of a PKCS #12 file, which is itself named', () => {
      const path = source("rsa");
      const from = ["-key", pkcs8(path), "-subj", "/CN=alice"];
      const certificate = join(scope.tempDir(), "certificate");
      run("openssl", "req", "-x509", "-new", ...from, "-out", certificate);
      const p12 = join(scope.tempDir(), "p12");
      const both = ["-inkey", pkcs8(path), "-in", certificate, "-name", "alice"];
      run("openssl", "pkcs12", "-export", ...both, ...pass, "-out", p12);
      const open = ["pkcs12", "-in", p12, "-passin", `pass:${passphrase}`];
      const whole = run("openssl", ...open, "-nodes");
      assert.match(whole.toString(), /^Bag Attributes/);
      holds(path, whole);
      holds(path, run("openssl", ...open, ...pass), true);
      useless(readFileSync(p12), /PKCS #12/);
      useless(readFileSync(certificate), /an X\.509 certificate/);
    });

    it("behind the parameters of its curve", () => {
      const text = run("openssl", "ecparam", "-name", "prime256v1", "-genkey").toString();
      assert.match(text, /^-----BEGIN EC PARAMETERS-----/);
      assert.equal(publicKeyOf(parsePrivateKey(text))?.type, "ecdsa-sha2-nistp256");
    });

    it("what SSH has no use for, by its name", () => {
      const made = (...args: string[]) => run("openssl", ...args);
      useless(made("genpkey", "-algorithm", "X25519"), /^x25519 keys are not supported$/);
      useless(made("ecparam", "-name", "secp256k1", "-genkey"), /^ec keys on .*secp256k1 are not/);
      useless(made("ecparam", "-name", "brainpoolP256r1", "-genkey"), /brainpoolP256r1 are not/);
      const from = ["-in", pkcs8(source("rsa"))];
      useless(made("rsa", ...from, "-pubout"), /^it is a public key$/);
      useless(made("rsa", ...from, "-outform", "MSBLOB"), /Microsoft/);
      const legacy = ["-provider", "legacy", "-provider", "default"];
      const des = made("rsa", "-des", "-traditional", ...legacy, ...from, ...pass);
      useless(des, /encrypted with DES-CBC/, {});
    });
  });

  describe("puttygen", () => {
    before(function () {
      requires(this, "ssh", "puttygen");
    });

    /** What puttygen writes of a key. */
    function converted(path: string, encrypted: boolean, ...options: string[]): Buffer {
      const [made, secret] = ["made", "secret"].map((name) => join(scope.tempDir(), name));
      writeFileSync(secret as string, encrypted ? passphrase : "");
      const args = [path, "--new-passphrase", secret as string, "-o", made as string, ...options];
      run("puttygen", ...args);
      return readFileSync(made as string);
    }

    for (const type of types) {
      it(`${type}: its versions 2 and 3, OpenSSH's and ssh.com's formats`, () => {
        const path = source(type);
        const comment = "käy: of many = words";
        const named = join(scope.tempDir(), "named");
        writeFileSync(named, converted(path, false, "-O", "private", "-C", comment));
        copyKey(path, `${named}-source`);
        for (const encrypted of [false, true]) {
          const as = (format: string, ...more: string[]) =>
            converted(named, encrypted, "-P", "-O", format, ...more);
          for (const version of ["version=2", "version=3,passes=1"]) {
            const bytes = as("private", "--ppk-param", version);
            holds(path, bytes, encrypted);
            assert.ok(embeddedPublicKey(bytes));
            holds(path, bytes.toString().replaceAll("\n", "\r\n"), encrypted);
          }
          holds(path, as("private-openssh"), encrypted);
          holds(path, as("private-openssh-new"), encrypted);
          if (type === "rsa") holds(path, as("private-sshcom"), encrypted);
        }
      });
    }

    it("every derivation of version 3", () => {
      const path = source("ed25519");
      for (const kdf of ["argon2i", "argon2d", "argon2id"]) {
        const params = `kdf=${kdf},memory=256,passes=2,parallelism=3`;
        holds(path, converted(path, true, "-O", "private", "--ppk-param", params), true);
      }
    });

    it("what has changed under its MAC", () => {
      const made = converted(source("ed25519"), false, "-O", "private").toString();
      useless(made.replace("Comment: ", "Comment: x"), /version 3, and malformed/);
      useless(made.replace(/Private-MAC.*/s, ""), /version 3, and malformed/);
      const encrypted = converted(
        source("ed25519"),
        true,
        "-O",
        "private",
        "--ppk-param",
        "passes=1",
      ).toString();
      useless(encrypted.replace(/(Memory: )\d+/, "$19999999"), /9999999 KiB of memory/, {});
      useless(encrypted.replace(/(Passes: )\d+/, "$1-1"), /malformed/, {});
    });

    it("a certificate in the key's file", () => {
      const path = source("ed25519");
      const authority = source("ed25519");
      run("ssh-keygen", "-q", "-s", authority, "-I", "alice", "-n", "alice", `${path}.pub`);
      const made = converted(path, false, "-O", "private", "--certificate", `${path}-cert.pub`);
      const { type, blob } = readPublicKey(path);
      const key = publicKeyOf(parsePrivateKey(made));
      assert.deepEqual([key?.type, key?.blob.toString("base64")], [type, blob]);
      assert.equal(embeddedPublicKey(made)?.type, "ssh-ed25519-cert-v01@openssh.com");
    });

    it("what SSH has no more, by its name", () => {
      const made = join(scope.tempDir(), "made");
      const none = ["--new-passphrase", "/dev/null"];
      const generated = (type: string, bits: string) => {
        run("puttygen", "-q", "-t", type, "-b", bits, "-o", made, ...none);
        return readFileSync(made);
      };
      useless(generated("dsa", "512"), /^dsa keys are not supported/);
      for (const format of ["private-openssh", "private-openssh-new", "private-sshcom"]) {
        useless(converted(made, false, "-O", format), /^dsa keys are not supported/);
      }
      useless(generated("eddsa", "448"), /^ed448 keys are not supported/);
      useless(generated("rsa1", "512"), /version 1 of SSH/);
    });
  });

  it("a number of lines without end is no PuTTY key", () => {
    const text = "PuTTY-User-Key-File-2: ssh-rsa\nPublic-Lines: 999999999999\nAAAA\n";
    useless(text, /version 2, and malformed/);
  });
});
