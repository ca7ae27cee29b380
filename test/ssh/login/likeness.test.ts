import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Cancellation } from "../../../src/protocol/cancellation.ts";
import { addLikeness } from "../../../src/ssh/login/likeness.ts";
import { Call } from "../../../src/ssh/support/call.ts";
import { KeyedHash } from "../../../src/ssh/support/keyed-hash.ts";
import { programPath, requires } from "../../fixtures/requirements.ts";
import { useScope } from "../../fixtures/scope.ts";
import { copyKey, makeKey } from "../../fixtures/ssh-keys.ts";

describe("the likeness of two logins", () => {
  const scope = useScope();

  const { now } = Date;
  afterEach(() => void (Date.now = now));

  async function likeness(key: string, certificateFiles?: string[]): Promise<string> {
    const hash = new KeyedHash();
    const options = {
      account: { host: "127.0.0.1", port: 22, username: "alice" },
      credentials: { identityFiles: [key], certificateFiles, agent: false },
      trust: { policy: "off" as const, fingerprints: [], warn: () => {} },
      keepalive: { interval: 0, countMax: 1 },
      maxChannels: undefined,
      rekeyLimit: undefined,
      algorithms: {},
      warnWeakCrypto: false,
      ask: undefined,
    };
    await addLikeness(hash, options, new Call(new Cancellation()));
    return hash.digest();
  }

  for (const isNamed of [true, false]) {
    const where = isNamed ? "that is named" : "beside the key";
    it(`ends when a certificate ${where} has expired`, async function () {
      requires(this, "ssh");
      const key = join(scope.tempDir(), "key");
      copyKey(makeKey("ed25519", "certified"), key);
      const args = ["-q", "-s", makeKey("ed25519", "user-ca"), "-I", "user", "-n", "alice"];
      const validity = ["-V", "20200101000000Z:20210101000000Z"];
      execFileSync(programPath("ssh-keygen"), [...args, ...validity, `${key}.pub`]);
      const named = isNamed ? [`${key}-cert.pub`] : undefined;
      const at = async (time: string) => {
        Date.now = () => Date.parse(time);
        return likeness(key, named);
      };
      const first = await at("2020-06-01T00:00:00Z");
      assert.equal(await at("2020-12-31T23:59:59Z"), first);
      assert.notEqual(await at("2021-01-01T00:00:00Z"), first);
    });
  }
});
