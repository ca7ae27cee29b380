import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { before, describe, it } from "mocha";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { makeHostKey, startFaultServer } from "../fixtures/fault-server.ts";
import { programPath, requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { knownHostsLine, makeKey, readPublicKey } from "../fixtures/ssh-keys.ts";
import type { PublicKey } from "../fixtures/ssh-keys.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { useDaemons } from "../fixtures/used-daemons.ts";
import { fails } from "./support/fails.ts";
import { knownHostsPath, readKnownHosts, writeKnownHosts } from "./support/known-hosts.ts";
import { address } from "./support/session.ts";

describe("eco.ssh: host keys, checked as by accept-new", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let sshd: SshServer;
  let otherKey: PublicKey;

  before(async function () {
    requires(this, "sshd");
    sshd = suite.add(await startSshd());
    otherKey = readPublicKey(makeKey("ed25519", "other"));
  });

  const start = useDaemons();
  const login = (daemon: Daemon, params: object = {}): Promise<Json> =>
    daemon.request("ssh.new", { ...address(sshd), ...params });
  const lineOf = (key: PublicKey): string => knownHostsLine(key, sshd.host, sshd.port);
  const keyOf = (server: { hostKeys: PublicKey[] }): PublicKey => server.hostKeys[0] as PublicKey;
  const modeOf = (path: string): number => statSync(path).mode & 0o777;

  it("a new host is recorded on a plain line, in a file and a folder of the user's own", async () => {
    const daemon = start();
    const { hostKey } = await login(daemon);
    const { type, fingerprint } = keyOf(sshd);
    assert.deepEqual(hostKey, { type, fingerprint, status: "recorded" });
    assert.equal(readKnownHosts(daemon), `${sshd.knownHosts[0]}\n`);
    assert.equal(modeOf(knownHostsPath(daemon)), 0o600);
    assert.equal(modeOf(dirname(knownHostsPath(daemon))), 0o700);
  });

  it("what was recorded is what ssh accepts", async function () {
    requires(this, "ssh");
    const daemon = start();
    await login(daemon);
    const options = `-F none -i ${sshd.privateKeyPath} -p ${sshd.port} -o BatchMode=yes
      -o UserKnownHostsFile=${knownHostsPath(daemon)} -o StrictHostKeyChecking=yes`;
    const args = [...options.split(/\s+/), `${sshd.username}@${sshd.host}`, "echo in"];
    // Not synchronous: the server's connections are accepted in this process.
    const { stdout } = await promisify(execFile)("ssh", args);
    assert.equal(stdout, "in\n");
  });

  it("a known host passes, and the file stays as it was", async () => {
    const daemon = start();
    const text = writeKnownHosts(daemon, ["# mine", "", ...sshd.knownHosts]);
    assert.equal((await login(daemon)).hostKey.status, "known");
    assert.equal(readKnownHosts(daemon), text);
  });

  it("a host that was recorded is known the next time", async () => {
    const daemon = start();
    assert.equal((await login(daemon)).hostKey.status, "recorded");
    const text = readKnownHosts(daemon);
    assert.equal((await login(daemon)).hostKey.status, "known");
    assert.equal(readKnownHosts(daemon), text);
  });

  it("it is recorded behind other hosts, also where the last line has no end", async () => {
    const daemon = start();
    const other = `elsewhere.example ${otherKey.type} ${otherKey.blob}`;
    writeKnownHosts(daemon, []);
    writeFileSync(knownHostsPath(daemon), other);
    await login(daemon);
    assert.equal(readKnownHosts(daemon), `${other}\n${sshd.knownHosts[0]}\n`);
  });

  it("a login that is refused has its host recorded all the same: the key was proven", async () => {
    const daemon = start();
    await fails(login(daemon, { password: "wrong" }), "AuthenticationFailed");
    assert.equal((await login(daemon)).hostKey.status, "known");
  });

  it("a host name is recorded in lower case, with its port", async () => {
    const daemon = start();
    assert.equal((await login(daemon, { host: "LocalHost" })).hostKey.status, "recorded");
    const { type, blob } = keyOf(sshd);
    assert.equal(readKnownHosts(daemon), `[localhost]:${sshd.port} ${type} ${blob}\n`);
    assert.equal((await login(daemon, { host: "localhost" })).hostKey.status, "known");
    // The address is another name.
    assert.equal((await login(daemon)).hostKey.status, "recorded");
  });

  it("an IPv6 address is recorded as ssh writes it", async function () {
    requires(this, "ipv6");
    const daemon = start();
    const server = scope.add(await startSshd({ host: "::1" }));
    assert.equal((await login(daemon, address(server))).hostKey.status, "recorded");
    assert.equal(readKnownHosts(daemon), `${server.knownHosts[0]}\n`);
  });

  it("a hashed entry passes", async () => {
    const daemon = start();
    writeKnownHosts(daemon, sshd.knownHosts);
    const path = knownHostsPath(daemon);
    execFileSync(programPath("ssh-keygen"), ["-q", "-H", "-f", path], { stdio: "ignore" });
    unlinkSync(`${path}.old`);
    const hashed = readKnownHosts(daemon);
    assert.match(hashed, /^\|1\|/);
    assert.equal((await login(daemon)).hostKey.status, "known");
    assert.equal(readKnownHosts(daemon), hashed);
  });

  it("a hashed entry with another key is a changed key", async () => {
    const daemon = start();
    writeKnownHosts(daemon, [lineOf(otherKey)]);
    const args = ["-q", "-H", "-f", knownHostsPath(daemon)];
    execFileSync(programPath("ssh-keygen"), args, { stdio: "ignore" });
    await fails(login(daemon), "HostKeyRejected", { reason: "changed" });
  });

  it("a changed key is refused, with both fingerprints, the file and the line", async () => {
    const daemon = start();
    const text = writeKnownHosts(daemon, ["# mine", lineOf(otherKey)]);
    const { type, fingerprint } = keyOf(sshd);
    await fails(login(daemon), "HostKeyRejected", {
      reason: "changed",
      keyType: type,
      fingerprint,
      expected: [
        {
          fingerprint: otherKey.fingerprint,
          keyType: otherKey.type,
          file: knownHostsPath(daemon),
          line: 2,
        },
      ],
      dispatched: "no",
    });
    assert.equal(readKnownHosts(daemon), text);
  });

  it("the key of a server that is set up anew is refused", async () => {
    const daemon = start();
    const first = await startSshd();
    await login(daemon, address(first)).finally(() => first.close());
    const second = scope.add(await startSshd({ port: first.port, freshHostKeys: true }));
    await fails(login(daemon, address(second)), "HostKeyRejected", {
      reason: "changed",
      fingerprint: keyOf(second).fingerprint,
    });
  });

  it("with the changed key the server is told no password", async () => {
    const daemon = start();
    const server = scope.add(await startFaultServer({ hostKeys: [makeHostKey()] }));
    writeKnownHosts(daemon, [knownHostsLine(otherKey, server.host, server.port)]);
    await fails(login(daemon, address(server)), "HostKeyRejected", { reason: "changed" });
    const connection = await server.connection(0);
    await connection.closed;
    assert.deepEqual(
      connection.records.filter((each) => each.type === "auth"),
      [],
    );
  });

  it("any of several keys of one type is known", async () => {
    const daemon = start();
    writeKnownHosts(daemon, [lineOf(otherKey), ...sshd.knownHosts]);
    assert.equal((await login(daemon)).hostKey.status, "known");
  });

  it("@revoked: refused, though another line knows the key", async () => {
    const daemon = start();
    writeKnownHosts(daemon, [...sshd.knownHosts, `@revoked * ${keyTypeAndBlob(keyOf(sshd))}`]);
    await fails(login(daemon), "HostKeyRejected", {
      reason: "revoked",
      fingerprint: keyOf(sshd).fingerprint,
      dispatched: "no",
    });
  });

  it("@revoked: of another key is no hindrance", async () => {
    const daemon = start();
    writeKnownHosts(daemon, [`@revoked * ${keyTypeAndBlob(otherKey)}`, ...sshd.knownHosts]);
    assert.equal((await login(daemon)).hostKey.status, "known");
  });

  it("@cert-authority: where a certificate is wanted, a plain key is refused", async () => {
    const daemon = start();
    const text = writeKnownHosts(daemon, [`@cert-authority * ${keyTypeAndBlob(otherKey)}`]);
    await fails(login(daemon), "HostKeyRejected", { reason: "certAuthority" });
    assert.equal(readKnownHosts(daemon), text);
  });

  it("a known_hosts that can't be read is no empty one: refused", async () => {
    const daemon = start();
    mkdirSync(knownHostsPath(daemon), { recursive: true });
    await fails(login(daemon), "HostKeyRejected", { reason: "unreadable" });
  });

  it("a known_hosts that can't be written: the host is accepted, and said to be unrecorded", async () => {
    const daemon = start();
    writeFileSync(join(daemon.home, ".ssh"), "");
    assert.equal((await login(daemon)).hostKey.status, "unrecorded");
  });

  for (const [type, name] of [
    ["rsa", "ssh-rsa"],
    ["ecdsa", "ecdsa-sha2-nistp256"],
    ["ed25519", "ssh-ed25519"],
  ] as const) {
    it(`of three host keys the one is asked for that is known: ${type}`, async () => {
      const daemon = start();
      const server = scope.add(await startSshd({ hostKeyTypes: ["ed25519", "rsa", "ecdsa"] }));
      const key = server.hostKeys.find((each) => each.type === name) as PublicKey;
      const text = writeKnownHosts(daemon, [knownHostsLine(key, server.host, server.port)]);
      const { hostKey } = await login(daemon, address(server));
      assert.deepEqual(hostKey, { type: name, fingerprint: key.fingerprint, status: "known" });
      assert.equal(readKnownHosts(daemon), text);
    });
  }

  it("two logins at once to one new host record one line", async () => {
    const daemon = start();
    const results = await Promise.all([login(daemon), login(daemon)]);
    const status = new Set(results.map(({ hostKey }) => hostKey.status));
    assert.deepEqual(status, new Set(["recorded", "known"]));
    assert.equal(readKnownHosts(daemon), `${sshd.knownHosts[0]}\n`);
  });

  it("logins at once to three new hosts record three lines", async () => {
    const daemon = start();
    const others = [await startFaultServer(), await startFaultServer()].map((each) =>
      scope.add(each),
    );
    const servers = [sshd, ...others];
    await Promise.all(servers.map((server) => login(daemon, address(server))));
    const lines = readKnownHosts(daemon).trimEnd().split("\n");
    assert.deepEqual(lines.toSorted(), servers.flatMap((each) => each.knownHosts).toSorted());
  });
});

function keyTypeAndBlob({ type, blob }: PublicKey): string {
  return `${type} ${blob}`;
}
