import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { schemesFor } from "../../../../src/ssh/login/auth/signature.ts";

describe("signature schemes", () => {
  const cert = "-cert-v01@openssh.com";
  const cases: [string, string[] | undefined, string | undefined, string?][] = [
    ["ssh-ed25519", undefined, "ssh-ed25519"],
    // What a server lists concerns RSA only, as in OpenSSH.
    ["ssh-ed25519", ["rsa-sha2-512"], "ssh-ed25519"],
    ["ecdsa-sha2-nistp384", undefined, "ecdsa-sha2-nistp384"],
    ["ssh-rsa", undefined, "rsa-sha2-256"],
    ["ssh-rsa", ["ssh-rsa", "rsa-sha2-256", "rsa-sha2-512"], "rsa-sha2-512"],
    ["ssh-rsa", ["ssh-rsa", "rsa-sha2-256"], "rsa-sha2-256"],
    ["ssh-rsa", ["ssh-rsa", "ssh-ed25519"], undefined],
    ["ssh-rsa", [], undefined],
    ["ssh-dss", undefined, undefined],
    ["", undefined, undefined],
    [`ssh-ed25519${cert}`, undefined, `ssh-ed25519${cert}`, "ssh-ed25519"],
    [`ssh-rsa${cert}`, ["rsa-sha2-512"], `rsa-sha2-512${cert}`, "rsa-sha2-512"],
    [`ssh-rsa${cert}`, ["ssh-rsa"], undefined],
    [`ssh-dss${cert}`, undefined, undefined],
    ["sk-ssh-ed25519@openssh.com", undefined, "sk-ssh-ed25519@openssh.com"],
    [`sk-ssh-ed25519${cert}`, undefined, `sk-ssh-ed25519${cert}`, "sk-ssh-ed25519@openssh.com"],
  ];
  for (const [type, listed, algorithm, signature = algorithm] of cases) {
    const where = listed ? `where ${listed.join(",") || "nothing"} is taken` : "for any server";
    it(`${type || "no type"} ${where}: ${algorithm ?? "none"}`, () => {
      const expected = algorithm === undefined ? [] : [{ algorithm, signature }];
      assert.deepEqual(schemesFor(type, listed), expected);
    });
  }

  const chosen: [string, string[] | undefined, string[], string[]][] = [
    ["ssh-rsa", ["rsa-sha2-512"], ["ssh-rsa"], []],
    ["ssh-rsa", ["rsa-sha2-512", "ssh-rsa"], ["ssh-rsa"], ["ssh-rsa"]],
    [
      "ssh-rsa",
      ["rsa-sha2-512", "ssh-rsa"],
      ["rsa-sha2-512", "ssh-rsa"],
      ["rsa-sha2-512", "ssh-rsa"],
    ],
    [
      "ssh-rsa",
      undefined,
      ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
      ["rsa-sha2-256", "ssh-rsa"],
    ],
    ["ssh-rsa", undefined, ["ssh-ed25519"], []],
    ["ssh-ed25519", undefined, ["ssh-rsa"], []],
    [`ssh-rsa${cert}`, ["ssh-rsa"], [`ssh-rsa${cert}`], [`ssh-rsa${cert}`]],
  ];
  for (const [type, listed, accepted, algorithms] of chosen) {
    it(`${type} of ${accepted.join(",")}, by ${listed?.join(",") ?? "any"}: ${algorithms.join(",")}`, () => {
      const schemes = schemesFor(type, listed, accepted);
      assert.deepEqual(
        schemes.map(({ algorithm }) => algorithm),
        algorithms,
      );
    });
  }
});
