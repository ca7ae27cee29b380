import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { makeHostKey, startFaultServer } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { knownHostsLine, makeKey, readPublicKey } from "../fixtures/ssh-keys.ts";
import type { PublicKey } from "../fixtures/ssh-keys.ts";
import { exchangeKeys, pretendHostKey } from "../fixtures/ssh2-internals.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { useDaemons } from "../fixtures/used-daemons.ts";
import { fails, refusesParam } from "./support/fails.ts";
import { knownHostsPath, readKnownHosts, writeKnownHosts } from "./support/known-hosts.ts";
import { address, Session } from "./support/session.ts";

describe("trust", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let sshd: SshServer;
  let key: PublicKey;
  let other: PublicKey;

  before(async function () {
    requires(this, "sshd");
    sshd = suite.add(await startSshd());
    key = sshd.hostKeys[0] as PublicKey;
    other = readPublicKey(makeKey("ed25519", "other"));
  });

  const start = useDaemons();
  const login = (daemon: Daemon, params: object = {}): Promise<Json> =>
    daemon.request("ssh.new", { ...address(sshd), ...params });
  const lineOf = (hostKey: PublicKey) => knownHostsLine(hostKey, sshd.host, sshd.port);
  const typeAndPrint = ({ type, fingerprint }: PublicKey) => ({ type, fingerprint });
  const recorded = (daemon: Daemon) => existsSync(knownHostsPath(daemon));

  describe("strict", () => {
    const params = { hostKeyPolicy: "strict" };

    it("takes a known key, and refuses an unknown one, which it doesn't record", async () => {
      const daemon = start();
      await fails(login(daemon, params), "HostKeyRejected", {
        reason: "unknown",
        keyType: key.type,
        fingerprint: key.fingerprint,
        expected: [],
        dispatched: "no",
      });
      assert.ok(!recorded(daemon));
      writeKnownHosts(daemon, sshd.knownHosts);
      assert.equal((await login(daemon, params)).hostKey.status, "known");
    });

    it("refuses a changed key", async () => {
      const daemon = start();
      writeKnownHosts(daemon, [lineOf(other)]);
      await fails(login(daemon, params), "HostKeyRejected", { reason: "changed" });
    });
  });

  describe("pin", () => {
    it("takes one of the fingerprints, whatever known_hosts says, and records nothing", async () => {
      const daemon = start();
      const text = writeKnownHosts(daemon, [lineOf(other)]);
      const hostKeyFingerprints = [other.fingerprint, key.fingerprint];
      const { hostKey } = await login(daemon, { hostKeyFingerprints });
      assert.equal(hostKey.status, "pinned");
      assert.equal(readKnownHosts(daemon), text);
    });

    it("refuses every other key, a known one too", async () => {
      const daemon = start();
      writeKnownHosts(daemon, sshd.knownHosts);
      const params = { hostKeyPolicy: "pin", hostKeyFingerprints: [other.fingerprint] };
      await fails(login(daemon, params), "HostKeyRejected", {
        reason: "notPinned",
        fingerprint: key.fingerprint,
      });
    });

    it("wants fingerprints, and fingerprints want it", async () => {
      const daemon = start();
      const { fingerprint } = key;
      for (const params of [
        { hostKeyPolicy: "pin" },
        { hostKeyPolicy: "strict", hostKeyFingerprints: [fingerprint] },
        { hostKeyFingerprints: [] },
      ]) {
        await refusesParam(login(daemon, params), "hostKeyFingerprints");
      }
      for (const malformed of ["", "SHA256:", fingerprint.slice(7), `${fingerprint}=`, "MD5:00"]) {
        await refusesParam(
          login(daemon, { hostKeyFingerprints: [malformed] }),
          "hostKeyFingerprints.0",
        );
      }
    });
  });

  describe("off", () => {
    it("takes any key, records nothing, and says so in the log", async () => {
      const daemon = scope.add(startDaemon());
      const text = writeKnownHosts(daemon, [lineOf(other)]);
      const { hostKey } = await login(daemon, { hostKeyPolicy: "off" });
      assert.equal(hostKey.status, "unchecked");
      assert.equal(readKnownHosts(daemon), text);
      await daemon.close();
      assert.match(daemon.stderr(), /warn .*not checked/);
      assert.ok(daemon.stderr().includes(key.fingerprint));
    });
  });

  describe("ask", () => {
    const startAsking = useDaemons({ prompt: true });

    function asking(accept: unknown): { daemon: Daemon; asked: Json[] } {
      const daemon = startAsking();
      const asked: Json[] = [];
      daemon.onRequest = (_, params) => {
        asked.push(params);
        return accept;
      };
      return { daemon, asked };
    }
    const params = { hostKeyPolicy: "ask" };

    it("an unknown key that is accepted is recorded", async () => {
      const { daemon, asked } = asking({ accept: true });
      assert.equal((await login(daemon, params)).hostKey.status, "recorded");
      assert.equal(readKnownHosts(daemon), `${lineOf(key)}\n`);
      assert.equal((await login(daemon, params)).hostKey.status, "known");
      const { host, port, username } = sshd;
      const { type, fingerprint } = key;
      const hostKey = { type, fingerprint, reason: "unknown", expected: [] };
      assert.deepEqual(asked, [{ kind: "host-key", host, port, username, prompts: [], hostKey }]);
    });

    it("a changed key that is accepted counts for this session, and known_hosts stays", async () => {
      const { daemon, asked } = asking({ accept: true });
      const text = writeKnownHosts(daemon, [lineOf(other)]);
      assert.equal((await login(daemon, params)).hostKey.status, "accepted");
      assert.equal(readKnownHosts(daemon), text);
      const [file, { fingerprint, type: keyType }] = [knownHostsPath(daemon), other];
      assert.equal(asked[0].hostKey.reason, "changed");
      assert.deepEqual(asked[0].hostKey.expected, [{ fingerprint, keyType, file, line: 1 }]);
    });

    for (const [what, answer] of [
      ["no", { accept: false }],
      ["null", null],
      ["something truthy", { accept: "yes" }],
      ["the answer to another question", { answers: [] }],
    ] as const) {
      it(`${what} is no: unknown and changed keys are refused`, async () => {
        const { daemon } = asking(answer);
        await fails(login(daemon, params), "HostKeyRejected", { reason: "unknown" });
        assert.ok(!recorded(daemon));
        writeKnownHosts(daemon, [lineOf(other)]);
        const error = await fails(login(daemon, params), "HostKeyRejected", { reason: "changed" });
        assert.match(error.message, / has changed, and the client didn't accept it: /);
      });
    }

    it("nobody to ask is no, too", async () => {
      const { daemon, asked } = asking({ accept: true });
      const silent = { ...params, prompt: false };
      const unknown = await fails(login(daemon, silent), "HostKeyRejected", { reason: "unknown" });
      assert.match(unknown.message, / is not known, and there is nobody to ask: /);
      writeKnownHosts(daemon, [lineOf(other)]);
      const changed = await fails(login(daemon, silent), "HostKeyRejected", { reason: "changed" });
      assert.match(changed.message, / has changed, and there is nobody to ask: /);
      assert.deepEqual(asked, []);
    });

    it("of the configuration, where nobody answers for the login: it is accept-new", async () => {
      const { daemon, asked } = asking(null);
      const config = join(scope.tempDir(), "config");
      writeFileSync(config, `UserKnownHostsFile ${knownHostsPath(daemon)}\n`);
      await fails(login(daemon, { config }), "HostKeyRejected", { reason: "unknown" });
      assert.equal(asked.length, 1);
      const { hostKey } = await login(daemon, { config, prompt: false });
      assert.equal(hostKey.status, "recorded");
      assert.equal(asked.length, 1);
      writeKnownHosts(daemon, [lineOf(other)]);
      const changed = login(daemon, { config, prompt: false });
      await fails(changed, "HostKeyRejected", { reason: "changed" });
    });

    it("nobody is asked about a revoked key, nor where a certificate is wanted", async () => {
      const { daemon, asked } = asking({ accept: true });
      const rest = `* ${key.type} ${key.blob}`;
      writeKnownHosts(daemon, [`@revoked ${rest}`]);
      await fails(login(daemon, params), "HostKeyRejected", { reason: "revoked" });
      writeKnownHosts(daemon, [`@cert-authority ${rest}`]);
      await fails(login(daemon, params), "HostKeyRejected", { reason: "certAuthority" });
      assert.deepEqual(asked, []);
    });
  });

  for (const hostKeyPolicy of ["strict", "accept-new", "ask", "pin", "off"]) {
    it(`a revoked key is refused by ${hostKeyPolicy}`, async () => {
      const daemon = start();
      writeKnownHosts(daemon, [...sshd.knownHosts, `@revoked * ${key.type} ${key.blob}`]);
      const pinned = hostKeyPolicy === "pin" && { hostKeyFingerprints: [key.fingerprint] };
      const params = { hostKeyPolicy, ...pinned };
      await fails(login(daemon, params), "HostKeyRejected", { reason: "revoked" });
    });
  }

  describe("for hosts whose keys come and go", () => {
    for (const [what, knownHosts] of [
      ["no file", []],
      ["/dev/null", "/dev/null"],
    ] as const) {
      it(`${what}: a new key each time, nothing recorded, nothing said`, async () => {
        const daemon = scope.add(startDaemon());
        const text = writeKnownHosts(daemon, [lineOf(other)]);
        for (let n = 0; n < 2; n++) {
          const { hostKey } = await login(daemon, { knownHosts });
          assert.deepEqual(hostKey, { ...typeAndPrint(key), status: "unrecorded" });
        }
        assert.equal(readKnownHosts(daemon), text);
        const params = { knownHosts, hostKeyPolicy: "strict" };
        await fails(login(daemon, params), "HostKeyRejected", { reason: "unknown" });
        await daemon.close();
        assert.doesNotMatch(daemon.stderr(), /warn/);
      });
    }

    it("/dev/null before a file of pins: those are checked, all others taken", async () => {
      const daemon = start();
      const pins = join(scope.tempDir(), "pins");
      const knownHosts = ["/dev/null", pins];
      for (const [line, status] of [
        ["", "unrecorded"],
        [lineOf(key), "known"],
      ] as const) {
        writeFileSync(pins, `${line}\n`);
        assert.equal((await login(daemon, { knownHosts })).hostKey.status, status);
      }
      writeFileSync(pins, `${lineOf(other)}\n`);
      await fails(login(daemon, { knownHosts }), "HostKeyRejected", { reason: "changed" });
      assert.equal(readFileSync(pins, "utf8"), `${lineOf(other)}\n`);
    });
  });

  describe("a rejection says what a person must know", () => {
    const message = async (daemon: Daemon, params: object, reason: string): Promise<string> => {
      const { message: text } = await fails(login(daemon, params), "HostKeyRejected", { reason });
      assert.ok(!text.includes("\n"));
      return text;
    };
    const shows = () => `the server shows ${key.type} ${key.fingerprint}`;

    it("unknown: the key, where it was looked for, and how to take it", async () => {
      const daemon = start();
      const text = await message(daemon, { hostKeyPolicy: "strict" }, "unknown");
      assert.ok(text.startsWith(`the host key of [${sshd.host}]:${sshd.port} is not known`), text);
      for (const part of [shows(), knownHostsPath(daemon), "accept-new", "hostKeyFingerprints"]) {
        assert.ok(text.includes(part), text);
      }
    });

    it("changed: both keys, file and line, and a command that removes the old one", async () => {
      const daemon = start();
      writeKnownHosts(daemon, ["# mine", lineOf(other)]);
      const text = await message(daemon, {}, "changed");
      const known = `${knownHostsPath(daemon)} line 2 has ${other.type} ${other.fingerprint}`;
      for (const part of [shows(), known]) assert.ok(text.includes(part), text);
      const [, command = ""] = /(ssh-keygen -R .*)$/.exec(text) ?? [];
      execFileSync("sh", ["-c", command], { stdio: "ignore" });
      assert.equal(readKnownHosts(daemon), "# mine\n");
      assert.equal((await login(daemon)).hostKey.status, "recorded");
    });

    it("revoked, pinned otherwise, without its certificate, unreadable", async () => {
      const daemon = start();
      const file = knownHostsPath(daemon);
      const pinned = { hostKeyFingerprints: other.fingerprint };
      assert.ok((await message(daemon, pinned, "notPinned")).includes(other.fingerprint));
      writeKnownHosts(daemon, ["", `@revoked * ${key.type} ${key.blob}`]);
      const revoked = await message(daemon, {}, "revoked");
      assert.ok(revoked.includes(`${file} line 2`) && revoked.includes(key.fingerprint), revoked);
      writeKnownHosts(daemon, [`@cert-authority * ${other.type} ${other.blob}`]);
      const wanted = await message(daemon, {}, "certAuthority");
      assert.ok(wanted.includes(`${file} line 1`) && wanted.includes("certificate"), wanted);
      const unreadable = await message(daemon, { knownHosts: scope.tempDir() }, "unreadable");
      assert.match(unreadable, /can't be read.*: Is a directory/);
    });
  });

  describe("the files", () => {
    it("all that are named are read, and the first is recorded in", async () => {
      const daemon = start();
      const folder = scope.tempDir();
      const knownHosts = [join(folder, "new", "first"), join(folder, "second")];
      assert.equal((await login(daemon, { knownHosts })).hostKey.status, "recorded");
      assert.equal(readFileSync(knownHosts[0] as string, "utf8"), `${lineOf(key)}\n`);
      assert.ok(!recorded(daemon));
      const swapped = knownHosts.toReversed();
      assert.equal((await login(daemon, { knownHosts: swapped })).hostKey.status, "known");
      writeFileSync(knownHosts[1] as string, `@revoked * ${key.type} ${key.blob}\n`);
      await fails(login(daemon, { knownHosts }), "HostKeyRejected", { reason: "revoked" });
    });

    it("known_hosts2 of the user is one of them", async () => {
      const daemon = start();
      writeKnownHosts(daemon, []);
      writeFileSync(`${knownHostsPath(daemon)}2`, `${lineOf(other)}\n`);
      const error = await fails(login(daemon), "HostKeyRejected", { reason: "changed" });
      assert.equal(error.data.expected[0].file, `${knownHostsPath(daemon)}2`);
    });

    it("a path with ~/ is in the home of the daemon's user", async () => {
      const daemon = start();
      await login(daemon, { knownHosts: ["~/hosts"] });
      assert.equal(readFileSync(join(daemon.home, "hosts"), "utf8"), `${lineOf(key)}\n`);
    });

    it("what isn't understood stays as it is, byte for byte", async () => {
      const daemon = start();
      writeKnownHosts(daemon, []);
      const earlier = Buffer.from(
        "# \xff\x00 what\r\nhost what-key AAAA\n@new x y z\n\n  |9|x|y z",
        "latin1",
      );
      writeFileSync(knownHostsPath(daemon), earlier);
      await login(daemon);
      const later = readFileSync(knownHostsPath(daemon));
      const added = Buffer.from(`\n${lineOf(key)}\n`);
      assert.deepEqual(later, Buffer.concat([earlier, added]));
    });

    it("two daemons at once record one line for each new host", async () => {
      const folder = scope.tempDir();
      const knownHosts = [join(folder, "known_hosts")];
      const servers = [sshd, ...(await Promise.all([1, 2, 3].map(() => startFaultServer())))];
      for (const server of servers.slice(1)) scope.add(server);
      const daemons = [start(), start()];
      const results = await Promise.all(
        daemons.flatMap((daemon) =>
          servers.map((server) => login(daemon, { ...address(server), knownHosts })),
        ),
      );
      const statuses = results.map(({ hostKey }) => String(hostKey.status)).toSorted();
      assert.deepEqual(
        statuses,
        ["known", "recorded"].flatMap((each) => servers.map(() => each)),
      );
      const lines = readFileSync(knownHosts[0] as string, "utf8")
        .trimEnd()
        .split("\n");
      assert.deepEqual(lines.toSorted(), servers.flatMap((each) => each.knownHosts).toSorted());
      assert.ok(!existsSync(`${knownHosts[0]}.lock`));
    });

    for (const [whose, owner] of [
      ["that has died", `${hostname()}:4194305`],
      ["of another machine that has gone", "elsewhere.invalid:1"],
    ] as const) {
      it(`the lock of a daemon ${whose} is taken over`, async () => {
        const daemon = start();
        writeKnownHosts(daemon, []);
        symlinkSync(owner, `${knownHostsPath(daemon)}.lock`);
        assert.equal((await login(daemon)).hostKey.status, "recorded");
        assert.equal(readKnownHosts(daemon), `${lineOf(key)}\n`);
      });
    }
  });

  describe("a host that is known without its port, on another one", () => {
    const plain = (hostKey: PublicKey) => `${sshd.host} ${hostKey.type} ${hostKey.blob}`;
    const strict = { hostKeyPolicy: "strict" };

    it("has its key there as well, which isn't recorded again", async () => {
      const daemon = start();
      const text = writeKnownHosts(daemon, [plain(key)]);
      assert.equal((await login(daemon)).hostKey.status, "known");
      assert.equal((await login(daemon, strict)).hostKey.status, "known");
      assert.equal(readKnownHosts(daemon), text);
    });

    it("may have another one there, which is new", async () => {
      const daemon = start();
      writeKnownHosts(daemon, [plain(other)]);
      await fails(login(daemon, strict), "HostKeyRejected", { reason: "unknown" });
      assert.equal((await login(daemon)).hostKey.status, "recorded");
    });

    it("counts for nothing where the port has keys of its own", async () => {
      const daemon = start();
      writeKnownHosts(daemon, [plain(key), lineOf(other)]);
      await fails(login(daemon), "HostKeyRejected", { reason: "changed" });
    });

    it("and whose key is revoked, has none there either", async () => {
      const daemon = start();
      writeKnownHosts(daemon, [`@revoked ${plain(key)}`]);
      await fails(login(daemon), "HostKeyRejected", { reason: "revoked" });
    });
  });

  it("a known_hosts that can't grow is left as it was, and the host is unrecorded", async function () {
    requires(this, "prlimit");
    const daemon = scope.add(startDaemon());
    const size = 4096;
    for (const room of [1, 30, 79]) {
      const text = writeKnownHosts(daemon, ["#".repeat(size - room - 1)]);
      // Of a line that doesn't fit the system takes what does, as on a disk that fills up.
      execFileSync("prlimit", ["--pid", String(daemon.pid), `--fsize=${size}`]);
      const { hostKey } = await login(daemon);
      assert.deepEqual(
        [hostKey.status, hostKey.reason],
        ["unrecorded", `${knownHostsPath(daemon)}: No space left on device`],
      );
      assert.equal(readKnownHosts(daemon), text);
    }
    assert.match(daemon.stderr(), /warn .*can't be recorded: .*known_hosts: No space left/);
    const half = lineOf(key).slice(0, -20);
    writeKnownHosts(daemon, [half]);
    assert.equal((await login(daemon)).hostKey.status, "recorded");
    assert.equal(readKnownHosts(daemon), `${half}\n${lineOf(key)}\n`);
  });

  it("a key that the server shows and can't sign with is not recorded", async () => {
    const daemon = start();
    const blob = Buffer.from(other.blob, "base64");
    const server = scope.add(
      await startFaultServer({ onConnection: ({ client }) => pretendHostKey(client, blob) }),
    );
    await fails(login(daemon, address(server)), "HandshakeFailed", { stage: "kex" });
    // What is recorded comes in turn: behind this one it would be there.
    await login(daemon);
    assert.equal(readKnownHosts(daemon), `${lineOf(key)}\n`);
  });

  it("a lock that is none, and isn't a daemon's to remove, keeps nobody from logging in", async () => {
    const daemon = start();
    writeKnownHosts(daemon, []);
    writeFileSync(`${knownHostsPath(daemon)}.lock`, "");
    const blocked = login(daemon);
    const elsewhere = { knownHosts: [join(scope.tempDir(), "known_hosts")] };
    assert.equal((await login(daemon, elsewhere)).hostKey.status, "recorded");
    assert.equal((await blocked).hostKey.status, "recorded");
    assert.equal(readKnownHosts(daemon), `${lineOf(key)}\n`);
    assert.ok(existsSync(`${knownHostsPath(daemon)}.lock`));
  });

  it("another key on the same port is refused, again and again, and told no password", async () => {
    const daemon = start();
    const first = await startSshd();
    const { session } = await login(daemon, address(first)).finally(() => first.close());
    await daemon.waitFor((each) => each.method === "session/closed");
    const second = scope.add(await startSshd({ port: first.port, freshHostKeys: true }));
    for (let attempt = 0; attempt < 2; attempt++) {
      await fails(login(daemon, address(second)), "HostKeyRejected", {
        reason: "changed",
        fingerprint: second.hostKeys[0]?.fingerprint,
      });
    }
    await fails(new Session(daemon, session).exec("true"), "SessionClosed");
    assert.doesNotMatch(second.log(), /Accepted|Failed/);
  });

  describe("later key exchanges", () => {
    it("with the same key the session goes on", async () => {
      const server = scope.add(await startSshd({ config: ["RekeyLimit 64K"] }));
      const daemon = start();
      const { session } = await login(daemon, address(server));
      const { output } = await new Session(daemon, session).exec(
        "head -c 1000000 /dev/zero | tr '\\0' x",
      );
      assert.equal(output.length, 1_000_000);
    });

    it("begun by the server, with the same key, the session goes on", async () => {
      const server = scope.add(await startFaultServer());
      const daemon = start();
      const { session } = await login(daemon, address(server));
      const { client } = await server.connection(0);
      for (let n = 0; n < 3; n++) {
        exchangeKeys(client);
        assert.equal((await new Session(daemon, session).exec("true")).exitCode, 0);
      }
    });

    const ciphers = [
      "aes128-gcm@openssh.com",
      "chacha20-poly1305@openssh.com",
      "aes128-ctr",
    ] as const;
    for (const cipher of ciphers) {
      it(`with another key the session ends, and its client is told: ${cipher}`, async () => {
        const server = scope.add(await startFaultServer({ algorithms: { cipher: [cipher] } }));
        const daemon = start();
        const { session } = await login(daemon, address(server));
        exchangeKeys((await server.connection(0)).client, makeHostKey());
        const { params } = await daemon.waitFor((each) => each.method === "session/closed");
        assert.equal(params.session, session);
        assert.equal(params.reason.kind, "HostKeyRejected");
        await fails(new Session(daemon, session).exec("true"), "SessionClosed");
      });
    }
  });
});
