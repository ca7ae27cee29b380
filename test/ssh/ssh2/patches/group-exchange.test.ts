import assert from "node:assert/strict";
import { createDiffieHellman, createDiffieHellmanGroup, getDiffieHellman } from "node:crypto";
import { createRequire } from "node:module";
import {
  createChosenGroup,
  createNamedGroup,
} from "../../../../src/ssh/ssh2/patches/group-exchange.ts";
import { ssh2 } from "../../../../src/ssh/ssh2/ssh2.ts";

const two = Buffer.of(2);

describe("Diffie-Hellman in a group of the server's choosing", () => {
  for (const name of ["modp14", "modp16", "modp18"]) {
    it(`agrees with node:crypto's: ${name}`, () => {
      const theirs = getDiffieHellman(name);
      const prime = theirs.getPrime();
      const ours = createChosenGroup(prime, two);
      const strip = (bytes: Buffer) => bytes.toString("hex").replace(/^(?:00)+/, "");
      const secret = ours.computeSecret(theirs.generateKeys());
      assert.equal(strip(secret), strip(theirs.computeSecret(ours.generateKeys())));
      assert.deepEqual([ours.getPrime(), ours.getGenerator()], [prime, two]);
    });
  }

  for (const name of ["modp2", "modp14", "modp16", "modp18"]) {
    it(`agrees with node:crypto's in one that is named: ${name}`, () => {
      const theirs = createDiffieHellmanGroup(name);
      const ours = createNamedGroup(name);
      const strip = (bytes: Buffer) => bytes.toString("hex").replace(/^(?:00)+/, "");
      const secret = ours.computeSecret(theirs.generateKeys());
      assert.equal(strip(secret), strip(theirs.computeSecret(ours.generateKeys())));
      assert.deepEqual(ours.getPrime(), theirs.getPrime());
      for (const value of [Buffer.of(0), Buffer.of(1), ours.getPrime()]) {
        assert.throws(() => createNamedGroup(name).computeSecret(value), /out of range/);
      }
    });
  }

  it("takes a prime with a zero in front, as an mpint has it", () => {
    const prime = Buffer.concat([Buffer.of(0), getDiffieHellman("modp14").getPrime()]);
    assert.ok(createChosenGroup(prime, two).generateKeys().length >= 255);
  });

  const prime = getDiffieHellman("modp14").getPrime();
  const refused: Record<string, () => unknown> = {
    "of 1024 bits": () => createChosenGroup(getDiffieHellman("modp2").getPrime(), two),
    "of 8200 bits": () => createChosenGroup(Buffer.alloc(1025, 0xff), two),
    "of no bits": () => createChosenGroup(Buffer.alloc(0), two),
    "with an even modulus": () =>
      createChosenGroup(Buffer.concat([prime.subarray(0, -1), Buffer.of(0xfe)]), two),
    "with the generator 1": () => createChosenGroup(prime, Buffer.of(1)),
    "with a generator beyond it": () => createChosenGroup(prime, prime),
    "and a public value of 0": () => createChosenGroup(prime, two).computeSecret(Buffer.of(0)),
    "and a public value of 1": () => createChosenGroup(prime, two).computeSecret(Buffer.of(1)),
    "and a public value of -1": () =>
      createChosenGroup(prime, two).computeSecret(
        Buffer.concat([prime.subarray(0, -1), Buffer.of((prime.at(-1) as number) - 1)]),
      ),
  };
  for (const [what, make] of Object.entries(refused)) {
    it(`refuses one ${what}`, () => assert.throws(make, /the server/));
  }

  it("is ssh2's, and nobody else's; Cisco's too", () => {
    assert.ok(ssh2.Client);
    assert.equal(createDiffieHellman(prime, two).verifyError, 0);
    assert.equal(createDiffieHellmanGroup("modp14").verifyError, 0);
    const require = createRequire(import.meta.url);
    const { COMPAT_CHECKS: checks } = require("ssh2/lib/protocol/constants.js") as {
      COMPAT_CHECKS: [string | RegExp, number][];
    };
    assert.equal(
      checks.some(([software]) => software === "Cisco-1.25"),
      false,
    );
    assert.ok(
      checks.some(([software]) => software instanceof RegExp && software.test("Cisco-1.25")),
    );
  });
});
