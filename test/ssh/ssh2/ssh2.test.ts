import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { before, describe, it } from "mocha";
import { login } from "../../e2e/support/calls.ts";
import type { CryptoCounts } from "../../fixtures/count-crypto.ts";
import { startDaemon } from "../../fixtures/daemon.ts";
import { projectRoot } from "../../fixtures/project.ts";
import { requires } from "../../fixtures/requirements.ts";
import { useScope } from "../../fixtures/scope.ts";
import { startSshd } from "../../fixtures/sshd.ts";

describe("what ssh2 asks node:crypto for", () => {
  const scope = useScope();
  before(function () {
    requires(this, "sshd");
  });

  async function countsOf(
    config: string[],
    fixtures: string[] = [],
    more: Record<string, string> = {},
  ): Promise<CryptoCounts> {
    const sshd = scope.add(await startSshd({ unprivileged: true, config }));
    const path = join(scope.tempDir(), "counts");
    const imports = ["count-crypto.js", ...fixtures].map((each) => {
      const { href } = pathToFileURL(join(projectRoot, "dist/test/fixtures", each));
      return `--import=${href}`;
    });
    const env = { NODE_OPTIONS: imports.join(" "), CRYPTO_COUNTS: path, ...more };
    const daemon = scope.add(startDaemon({ env }));
    const session = await login(daemon, sshd);
    for (let n = 0; n < 50; n++) {
      await daemon.request("session.exec", { session, command: "true" });
    }
    await daemon.close();
    return JSON.parse(readFileSync(path, "utf8")) as CryptoCounts;
  }

  it("is random bytes now and then, not for each packet", async () => {
    const { random } = await countsOf([]);
    assert.ok(random > 0 && random < 50, `${random} times`);
  });

  it("is as ssh2 has it where that is turned off", async () => {
    const { random } = await countsOf([], [], { SSHRPC_TURN_OFF: "crypto-for-ssh2" });
    assert.ok(random > 50, `${random} times`);
  });

  for (const group of [14, 16, 18]) {
    const method = `diffie-hellman-group${group}-${group === 14 ? "sha256" : "sha512"}`;
    it(`is no group for ${method}, in the login and in later exchanges`, async () => {
      const { namedGroups } = await countsOf([`KexAlgorithms ${method}`, "RekeyLimit 16K"]);
      assert.equal(namedGroups, 0);
    });
  }

  for (const cipher of ["aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes128-ctr"]) {
    it(`is, without its native binding, ${cipher} from key objects, for a packet never from bytes`, async () => {
      const counts = await countsOf([`Ciphers ${cipher}`], ["without-binding.js"]);
      assert.ok(counts.fromKeyObjects > 500, `${counts.fromKeyObjects} times`);
      assert.ok(counts.fromBytes < 50, `${counts.fromBytes} times`);
    });
  }
});
