import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { matchesHost, parseKnownHosts } from "../../../../src/ssh/login/trust/known-hosts.ts";
import type { KnownHostsEntry } from "../../../../src/ssh/login/trust/known-hosts.ts";
import { programPath, requires } from "../../../fixtures/requirements.ts";
import { useScope } from "../../../fixtures/scope.ts";
import { makeKey, readPublicKey } from "../../../fixtures/ssh-keys.ts";

/** Numbers that look random and are the same in each run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
}

describe("known_hosts, judged by ssh-keygen", function () {
  this.timeout(120_000);
  const scope = useScope();
  let path: string;
  let names: string[];

  before(function () {
    requires(this, "ssh");
  });

  /** A thousand lines of every kind, and the names they are about. */
  function corpus(random: (below: number) => number): { lines: string[]; names: string[] } {
    const keys = (["ed25519", "ecdsa", "rsa"] as const).map((type) =>
      readPublicKey(makeKey(type, "corpus")),
    );
    const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
    const host = () =>
      `${pick(["a", "b", "ab", "web"])}${random(30)}.${pick(["x", "y.org", "Z.net"])}`;
    const address = () =>
      pick([
        `10.0.${random(4)}.${random(30)}`,
        `fe80::${random(99)}`,
        `[${host()}]:${2200 + random(5)}`,
      ]);
    const pattern = () =>
      pick([
        `*.${pick(["x", "y.org", "z.net"])}`,
        `a${random(3)}?.*`,
        "[*]:2201",
        `!${host()}`,
        "*b*.x",
        "w?b1.y.org",
      ]);
    const lines = Array.from({ length: 1000 }, (_, n) => {
      const key = pick(keys);
      const hosts = Array.from({ length: 1 + random(3) }, () =>
        random(8) === 0 ? pattern() : random(3) === 0 ? address() : host(),
      ).join(",");
      const marker = pick(["", "", "", "", "", "", "@revoked ", "@cert-authority "]);
      const entry = `${marker}${hosts} ${key.type} ${key.blob}${pick(["", " comment", "  two  words"])}`;
      return pick([
        entry,
        entry,
        entry,
        entry,
        ` ${entry}`,
        `\t${entry}`,
        "",
        `# ${n}`,
        entry.replace(` ${key.type} `, `\t${key.type}\t`),
      ]);
    });
    const queries = new Set(Array.from({ length: 60 }, () => pick([host(), host(), address()])));
    return { lines, names: [...queries].map((name) => name.toLowerCase()) };
  }

  /** The lines that hold a name, as `ssh-keygen -F` finds them. */
  function judged(name: string): number[] {
    const { stdout } = spawnSync(programPath("ssh-keygen"), ["-F", name, "-f", path]);
    return [...String(stdout).matchAll(/ found: line (\d+)/g)].map((match) => Number(match[1]));
  }

  function ours(entries: KnownHostsEntry[], name: string): number[] {
    return entries.filter((entry) => matchesHost(entry, name)).map(({ line }) => line);
  }

  function assertAgreement(): void {
    const entries = parseKnownHosts(readFileSync(path, "utf8"));
    let found = 0;
    for (const name of names) {
      const lines = judged(name);
      assert.deepEqual(ours(entries, name), lines, name);
      found += lines.length;
    }
    assert.ok(found > names.length, "the queries find something");
  }

  for (const seed of [1, 2]) {
    it(`agrees on every line that a name is on, plain, hashed and removed (seed ${seed})`, () => {
      path = join(scope.tempDir(), "known_hosts");
      const made = corpus(generator(seed));
      names = made.names;
      writeFileSync(path, made.lines.map((line) => `${line}\n`).join(""));
      assertAgreement();
      const keygen = (...args: string[]) =>
        void execFileSync(programPath("ssh-keygen"), [...args, "-f", path], { stdio: "ignore" });
      keygen("-H");
      assert.match(readFileSync(path, "utf8"), /^\|1\|/m);
      assertAgreement();
      for (const name of names.splice(0, 5)) {
        keygen("-R", name);
        const entries = parseKnownHosts(readFileSync(path, "utf8"));
        assert.deepEqual(ours(entries, name), judged(name), name);
      }
      assertAgreement();
    });
  }
});
