import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { Failure } from "../../../src/protocol/errors.ts";
import { Call } from "../../../src/ssh/support/call.ts";
import { Cancellation } from "../../../src/protocol/cancellation.ts";
import type { ConfigQuery } from "../../../src/ssh/config/config-query.ts";
import { hostConfig } from "../../../src/ssh/config/host-config.ts";
import type { HostConfig } from "../../../src/ssh/config/host-config.ts";
import { requires } from "../../fixtures/requirements.ts";
import { useScope } from "../../fixtures/scope.ts";

/** Numbers that look random and are the same in each run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
}

const resolve = (query: ConfigQuery): Promise<HostConfig> =>
  hostConfig(query, new Call(new Cancellation()));

async function withoutSsh<T>(work: () => Promise<T>): Promise<T> {
  const { PATH } = process.env;
  process.env["PATH"] = "/nonexistent";
  try {
    return await work();
  } finally {
    process.env["PATH"] = PATH;
  }
}

/** The outcome in a form that two can be compared in. */
async function outcome(result: Promise<HostConfig>): Promise<unknown> {
  try {
    const config = await result;
    return { ...config, ignored: config.ignored.toSorted() };
  } catch (error) {
    if (error instanceof Failure) return `refused: ${error.message}`;
    throw error;
  }
}

const isRefusal = (result: unknown) => String(result).startsWith("refused");

describe("configuration files, judged by ssh -G", function () {
  this.timeout(120_000);
  const scope = useScope();

  before(function () {
    requires(this, "ssh");
  });

  const write = (lines: readonly string[], name = "config"): string => {
    const file = join(scope.tempDir(), name);
    writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
    chmodSync(file, 0o600);
    return file;
  };
  const both = async (query: ConfigQuery) => {
    const theirs = await outcome(resolve(query));
    const ours = await withoutSsh(() => outcome(resolve(query)));
    return { ours, theirs };
  };

  it("a generated corpus: 120 configurations, each asked about two hosts", async () => {
    const random = generator(5);
    const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
    const names = ["a", "b", "web1", "web2.example", "10.0.0.7", "Gate"];
    const pattern = () => pick([...names, "*", "web?", "*.example", "!b", "!web*", "10.*", "gate"]);
    const patterns = () => Array.from({ length: 1 + random(3) }, pattern);
    const criterion = () =>
      pick([
        () => `host ${patterns().join(",")}`,
        () => `originalhost ${patterns().join(",")}`,
        () => `!host ${pattern()}`,
        () => `!originalhost "${patterns().join(",")}"`,
        () => `user ${pick(["bob", "b*", "root", "*,!bob"])}`,
        () => `Localuser ${pick(["root", "nobody", "*"])}`,
      ])();
    const section = () =>
      pick([
        () => `Host ${patterns().join(pick([" ", "  ", "\t"]))}`,
        () => `host=${pattern()}`,
        () => `Host "${pattern()}" ${pattern()} # a comment`,
        () => `Match ${Array.from({ length: 1 + random(2) }, criterion).join(" ")}`,
        () => pick(["Match all", "match ALL"]),
      ])();
    const setting = () =>
      pick([
        () => `HostName ${pick(["real.example", "%h.example", "UPPER.example", "x%%y"])}`,
        () =>
          `${pick(["Port", "port", "PORT"])}${pick([" ", "=", " = ", "\t"])}${1 + random(65535)}`,
        () => `User ${pick(["bob", "alice", '"two words"'])}`,
        () =>
          `IdentityFile ${pick(["~/.ssh/one", "/k/%h-%r-%p", '"/k/a b"', "/k/%n-%k-%u", "none", "/k/%C"])}`,
        () => `IdentityFile ${pick(["/k/1", "/k/2", "/k/%%d-%L-%l-%i", "%d/key"])}`,
        () => `IdentitiesOnly ${pick(["yes", "no", "Yes", "true"])}`,
        () =>
          `IdentityAgent ${pick(["none", "/agent", "%d/agent-%h", "SSH_AUTH_SOCK", "~/agent"])}`,
        () => `UserKnownHostsFile ${pick(["/kh", "~/kh /kh2", "/kh/%h-%k", '"/kh"', "none"])}`,
        () => `GlobalKnownHostsFile ${pick(["/gkh", "/dev/null", "/g1 /g2"])}`,
        () => `HostKeyAlias ${pick(["alias", "ALIAS"])}`,
        () => `StrictHostKeyChecking ${pick(["yes", "no", "ask", "accept-new", "off", "NO"])}`,
        () => `ProxyJump ${pick(["gate", "x@gate:22,b", "none", "%r@gate"])}`,
        () => `ProxyCommand ${pick(["none", `nc "%h"  %p # x`, `sh -c 'nc %h %p'`])}`,
        () => `ConnectTimeout ${pick(["5", "1m", "1h30m", "none"])}`,
        () => `ServerAliveInterval ${pick(["0", "7", "2m"])}`,
        () => `ServerAliveCountMax ${1 + random(9)}`,
        () => `PreferredAuthentications ${pick(["password", "publickey,password", '"password"'])}`,
        () => `PubkeyAuthentication ${pick(["yes", "no"])}`,
        () => `PasswordAuthentication ${pick(["yes", "no", "No"])}`,
        () =>
          `${pick(["ChallengeResponse", "KbdInteractive"])}Authentication ${pick(["yes", "no"])}`,
        () => `NumberOfPasswordPrompts ${1 + random(5)}`,
        () => `AddressFamily ${pick(["any", "inet", "inet6", "INET"])}`,
        () => `BindAddress ${pick(["127.0.0.1", "::1"])}`,
        () => `HashKnownHosts ${pick(["yes", "no"])}`,
        () => `RevokedHostKeys ${pick(["/revoked", "~/revoked"])}`,
        () => `Ciphers ${pick(["aes256-ctr,aes128-ctr", "+aes128-cbc,3des-cbc", "aes128-cbc"])}`,
        () => `KexAlgorithms ${pick(["+diffie-hellman-group14-sha1", "ecdh-sha2-nistp256"])}`,
        () => `HostKeyAlgorithms ${pick(["+ssh-rsa", "rsa-sha2-512,ssh-ed25519"])}`,
        () => `MACs ${pick(["hmac-sha2-256", "+hmac-md5"])}`,
        () => `ForwardAgent ${pick(["yes", "no"])}`,
        () => `Compression ${pick(["yes", "no"])}`,
        () => `SendEnv ${pick(["LANG", "LANG LC_*", "A"])}`,
        () => `CertificateFile ${pick(["/c/1", "/c/2"])}`,
        () => "# nothing",
        () => "",
      ])();
    const indent = () => pick(["", "  ", "\t"]);
    const block = (size: number) =>
      Array.from({ length: random(size) }, () => indent() + setting());
    let applied = 0;
    for (let n = 0; n < 120; n++) {
      const included = write([...block(3), section(), ...block(4)]);
      const include = () => (random(4) === 0 ? [`Include ${included}`] : []);
      const lines = [
        ...block(3),
        ...Array.from({ length: 1 + random(4) }, () => [
          section(),
          ...block(5),
          ...include(),
        ]).flat(),
      ];
      const config = write(lines);
      for (const host of [pick(names), pick(names)]) {
        const query = {
          config,
          host,
          ...(random(4) === 0 && { username: "bob" }),
          ...(random(6) === 0 && { port: 2222 }),
          ...(random(6) === 0 && { jump: "given" }),
        };
        const { ours, theirs } = await both(query);
        if (isRefusal(ours) && isRefusal(theirs)) continue;
        assert.deepEqual(ours, theirs, `${JSON.stringify(query)}\n${lines.join("\n")}`);
        if (!isRefusal(theirs)) applied += 1;
      }
    }
    // What both refuse proves little.
    assert.ok(applied > 190, `${applied} of 240 were of use`);
  });

  it("what only ssh can tell is refused, where it matters", async () => {
    const refused: [string[], RegExp][] = [
      [['Match exec "true"', "Port 1"], /line 1: Match exec needs OpenSSH's client/],
      [["Match host a exec true", "Port 1"], /line 1: Match exec/],
      [["Match final", "Port 1"], /line 1: Match final/],
      [["Match canonical all", "Port 1"], /line 1: Match canonical/],
      [["Host *", "CanonicalizeHostname yes"], /line 2: CanonicalizeHostname/],
      [["User a\\ b"], /line 1 can't be read without OpenSSH's client: User/],
      [["User 'a b'"], /line 1 can't be read/],
      [["User a#b"], /line 1 can't be read/],
      [['IdentityFile "/a"b'], /line 1 can't be read/],
      [["Include /tmp/[ab]"], /line 1: Include/],
    ];
    for (const [lines, reason] of refused) {
      const query = { config: write(lines), host: "a" };
      const { ours, theirs } = await both(query);
      assert.match(String(ours), reason, lines[0]);
      assert.ok(!isRefusal(theirs), `${lines[0]}: ${String(theirs)}`);
    }
    // ssh doesn't run the command either.
    const query = { config: write(["Match host b exec false", "Port 1"]), host: "a" };
    const { ours, theirs } = await both(query);
    assert.deepEqual(ours, theirs);
  });

  it("what ssh refuses, too", async () => {
    const faulty = [
      "Port",
      "Port x",
      "Port 0",
      "Match",
      "Match host",
      "Match all host a",
      "Match bogus x",
      "ConnectTimeout x",
      "StrictHostKeyChecking perhaps",
      "IdentityFile /a /b",
      'User "a',
    ];
    for (const line of faulty) {
      const { ours, theirs } = await both({ config: write([line]), host: "a" });
      assert.deepEqual([isRefusal(ours), isRefusal(theirs)], [true, true], line);
    }
    const circle = write([]);
    writeFileSync(circle, `Include ${circle}\n`);
    const { ours, theirs } = await both({ config: circle, host: "a" });
    assert.deepEqual([isRefusal(ours), isRefusal(theirs)], [true, true], "a circle");
    const inner = write(["Port 1"]);
    chmodSync(inner, 0o666);
    const loose = await both({ config: write([`Include ${inner}`]), host: "a" });
    assert.match(String(loose.ours), /permissions/);
    assert.ok(isRefusal(loose.theirs));
  });

  it("Include takes wildcards, in order, and stays within its section", async () => {
    const folder = scope.tempDir();
    for (const [name, line] of [
      ["2-b.conf", "Port 2"],
      ["1-a.conf", "Host b\nPort 1"],
      [".hidden.conf", "User hidden"],
      ["3.other", "User other"],
    ] as const) {
      writeFileSync(join(folder, name), `${line}\n`, { mode: 0o600 });
    }
    const lines = ["Host a", `Include ${folder}/nothing ${folder}/?-*.conf`, "IdentitiesOnly yes"];
    for (const host of ["a", "b"]) {
      const { ours, theirs } = await both({ config: write(lines), host });
      assert.deepEqual(ours, theirs);
      assert.equal((ours as HostConfig).port, host === "a" ? 2 : 22);
    }
  });

  it("ServerAliveInterval 0 is told from none", async () => {
    const off = { config: write(["ServerAliveInterval 0"]), host: "a" };
    const none = { config: write([]), host: "a" };
    assert.equal((await resolve(off)).keepaliveInterval, 0);
    assert.equal((await resolve(none)).keepaliveInterval, undefined);
  });
});
