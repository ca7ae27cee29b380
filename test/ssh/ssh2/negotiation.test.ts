import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, it } from "mocha";
import { offeredAlgorithms, usualKex } from "../../../src/ssh/ssh2/algorithms.ts";
import { addMethods } from "../../../src/ssh/ssh2/key-exchange/negotiation.ts";
import type { KexModule } from "../../../src/ssh/ssh2/key-exchange/negotiation.ts";
import { hasOwnMethods } from "../../../src/ssh/ssh2/ssh2.ts";

const kex = createRequire(import.meta.url)("ssh2/lib/protocol/kex.js") as KexModule;
const hybrid = "mlkem768x25519-sha256";

describe("key exchange methods beyond ssh2's", () => {
  it("have their room in this release of ssh2", () => assert.ok(hasOwnMethods));

  it("are left out where another one has none", () => {
    const { KexInit } = kex;
    const closed: [string, KexModule][] = [
      ["another way in", { KexInit, HANDLERS: {} }],
      [
        "another object",
        {
          KexInit,
          HANDLERS: {
            20: (protocol) => {
              (protocol as { _kex: unknown })._kex = { negotiated: { kex: "curve25519-sha256" } };
            },
          },
        },
      ],
      [
        "a failure",
        {
          KexInit,
          HANDLERS: {
            20: () => {
              throw new Error("no");
            },
          },
        },
      ],
    ];
    for (const [name, other] of closed) {
      const supported: string[] = [];
      assert.equal(addMethods(other, supported), false, name);
      assert.deepEqual(supported, [], name);
    }
    const supported: string[] = [];
    assert.ok(addMethods(kex, supported));
    assert.deepEqual(supported, [hybrid]);
    const offered = offeredAlgorithms([], { kex: [hybrid, "curve25519-sha256"] }, true, false);
    assert.deepEqual(offered.kex, ["curve25519-sha256"]);
    assert.ok(!offered.hostKey.some((name) => name.includes("-cert-")));
  });

  it("stand first where Node has them, else behind the curves", () => {
    assert.equal(usualKex(true)[0], hybrid);
    const curves = ["curve25519-sha256", "curve25519-sha256@libssh.org"];
    assert.deepEqual(usualKex(false).slice(0, 3), [...curves, hybrid]);
    assert.deepEqual(usualKex(false).toSorted(), usualKex(true).toSorted());
  });

  it("are offered where they are named, in their place", () => {
    const named = ["ecdh-sha2-nistp256", hybrid];
    assert.deepEqual(offeredAlgorithms([], { kex: named }, false, true).kex, named);
  });
});
