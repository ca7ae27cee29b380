import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  isLiteral,
  knownHostsName,
  matchesHost,
  parseKnownHosts,
} from "../../../../src/ssh/login/trust/known-hosts.ts";
import { fingerprint, keyTypeOf } from "../../../../src/ssh/support/public-key.ts";
import { string } from "../../../../src/codecs/ssh/wire.ts";
import { requires } from "../../../fixtures/requirements.ts";
import { makeKey, readPublicKey } from "../../../fixtures/ssh-keys.ts";
import { useScope } from "../../../fixtures/scope.ts";

const blob = "AAAAC3NzaC1lZDI1NTE5AAAAIKxTomV2m7BSS/gXzDxv3MHeHxabcdefghijklmnopqr";

function matches(hosts: string, name: string): boolean {
  const [entry] = parseKnownHosts(`${hosts} ssh-ed25519 ${blob}`);
  assert.ok(entry);
  return matchesHost(entry, name);
}

describe("known_hosts", () => {
  const scope = useScope();

  it("names a host with its port, unless that is 22", () => {
    assert.equal(knownHostsName("Example.COM", 22), "example.com");
    assert.equal(knownHostsName("example.com", 2222), "[example.com]:2222");
    assert.equal(knownHostsName("::1", 2222), "[::1]:2222");
  });

  const patterns: [string, string, boolean][] = [
    ["example.com", "example.com", true],
    ["Example.com", "example.com", true],
    ["example.com", "example.org", false],
    ["example.com", "[example.com]:2222", false],
    ["[example.com]:2222", "[example.com]:2222", true],
    ["*.example.com", "a.example.com", true],
    ["*.example.com", "example.com", false],
    ["a?.example.com", "ab.example.com", true],
    ["a?.example.com", "abc.example.com", false],
    ["*", "anything", true],
    ["*.example.com,!bad.example.com", "good.example.com", true],
    ["*.example.com,!bad.example.com", "bad.example.com", false],
    ["!bad.example.com", "good.example.com", false],
    ["one,two", "two", true],
    ["***a***b", "xxaxxb", true],
    ["***a***b", "xxaxxbc", false],
  ];
  for (const [hosts, name, expected] of patterns) {
    it(`${hosts} ${expected ? "is" : "isn't"} ${name}`, () => {
      assert.equal(matches(hosts, name), expected);
    });
  }

  it("says which names stand for themselves in an entry", () => {
    for (const name of ["example.com", "[::1]:22", "fe80::1%eth0", "a!b#c|d@e"]) {
      assert.ok(isLiteral(name), name);
      assert.ok(matches(name, name), name);
    }
    for (const name of ["*", "a?", "a,b", "a b", "a\tb", "a\nb", "!a", "#a", "|a", "@revoked"]) {
      assert.ok(!isLiteral(name), name);
    }
  });

  it("matches a pattern of many stars in less than exponential time", () => {
    assert.equal(matches("*a".repeat(60), "a".repeat(59) + "b"), false);
  });

  it("passes over what is no entry, and counts its lines", () => {
    const text = [
      "# a comment",
      "",
      "host",
      "host ssh-ed25519",
      "host ssh-ed25519 not-base64!",
      `host ssh-rsa ${blob}`,
      `@unknown host ssh-ed25519 ${blob}`,
      `@revoked host ssh-ed25519 ${blob} a comment`,
      `\thost\tssh-ed25519  ${blob}\r`,
    ].join("\n");
    const entries = parseKnownHosts(text).map(({ marker, line }) => [marker, line]);
    assert.deepEqual(entries, [
      ["@revoked", 8],
      [undefined, 9],
    ]);
  });

  it("heeds a marker with a tab behind it, which OpenSSH passes over", () => {
    const [entry] = parseKnownHosts(`@revoked\thost ssh-ed25519 ${blob}`);
    assert.equal(entry?.marker, "@revoked");
  });

  it("takes no line for an entry whose key isn't whole, as sshd doesn't", function () {
    requires(this, "ssh");
    const line = (type: string, key: Buffer) => `host ${type} ${key.toString("base64")}`;
    for (const each of ["ed25519", "ecdsa", "rsa"] as const) {
      const { type, blob: base64 } = readPublicKey(makeKey(each, "other"));
      const key = Buffer.from(base64, "base64");
      assert.equal(parseKnownHosts(line(type, key)).length, 1);
      for (let length = 0; length < key.length; length++) {
        assert.deepEqual(parseKnownHosts(line(type, key.subarray(0, length))), []);
      }
      assert.deepEqual(parseKnownHosts(line(type, Buffer.concat([key, Buffer.alloc(1)]))), []);
      // A line that was cut short within its base64.
      for (const length of [1, 2, 3, 5]) {
        assert.deepEqual(parseKnownHosts(`host ${type} ${base64.slice(0, -length)}`), []);
      }
    }
    // Whether a key of the future is whole isn't known here.
    const future = Buffer.concat([string("ssh-future"), string("key")]);
    assert.equal(parseKnownHosts(line("ssh-future", future)).length, 1);
  });

  it("takes a malformed key blob for no type", () => {
    assert.equal(keyTypeOf(Buffer.from([0, 0])), "");
    assert.equal(keyTypeOf(Buffer.from([0xff, 0xff, 0xff, 0xff, 65])), "");
  });

  it("hashes and fingerprints as ssh-keygen does", function () {
    requires(this, "ssh");
    const dir = scope.tempDir();
    const key = readPublicKey(makeKey("ed25519"));
    const file = join(dir, "known_hosts");
    writeFileSync(
      file,
      `[example.com]:2222 ${key.type} ${key.blob}\nplain.example.com ${key.type} ${key.blob}\n`,
    );
    execFileSync("ssh-keygen", ["-q", "-H", "-f", file], { stdio: "ignore" });
    const text = execFileSync("cat", [file], { encoding: "utf8" });
    assert.doesNotMatch(text, /example/);
    const entries = parseKnownHosts(text);
    const found = (name: string) => entries.map((entry) => matchesHost(entry, name));
    assert.deepEqual(found("[example.com]:2222"), [true, false]);
    assert.deepEqual(found("plain.example.com"), [false, true]);
    assert.deepEqual(found("example.com"), [false, false]);
    const printed = execFileSync("ssh-keygen", ["-l", "-F", "plain.example.com", "-f", file]);
    const entry = entries[0];
    assert.ok(entry && printed.includes(fingerprint(entry.key)));
  });
});
