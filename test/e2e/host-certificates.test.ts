import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, RpcError } from "../fixtures/daemon.ts";
import { programPath, requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { sshLogin } from "../fixtures/ssh-client.ts";
import { knownHostsLine, makeKey, readPublicKey } from "../fixtures/ssh-keys.ts";
import type { KeyType } from "../fixtures/ssh-keys.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { fails } from "./support/fails.ts";
import { address, Session } from "./support/session.ts";

const host = "127.0.0.1";

/** How a certificate is made; by default it is good. */
interface Made {
  key?: KeyType;
  ca?: KeyType;
  args?: string[];
  ofUser?: boolean;
  principals?: string;
  validity?: string;
}

/** What known_hosts has, by lines. */
interface Known {
  ca: string;
  otherCa: string;
  /** The plain key's own line. */
  key: string;
  port: number;
}

interface Row extends Made {
  title: string;
  known: (of: Known) => string[];
  accepted: boolean;
}

const authority = ({ ca, port }: Known) => [`@cert-authority [${host}]:${port} ${ca}`];

const rows: Row[] = [
  ...(["ed25519", "ecdsa", "rsa"] as const).flatMap((key) =>
    (["ed25519", "ecdsa", "rsa"] as const).map((ca) => ({
      title: `${key} by an authority's ${ca}`,
      key,
      ca,
      known: authority,
      accepted: true,
    })),
  ),
  { title: "wildcard", known: ({ ca }) => [`@cert-authority * ${ca}`], accepted: true },
  {
    title: "without the port",
    known: ({ ca }) => [`@cert-authority ${host} ${ca}`],
    accepted: true,
  },
  { title: "for another host", known: ({ ca }) => [`@cert-authority h ${ca}`], accepted: false },
  {
    title: "another authority",
    known: ({ otherCa }) => [`@cert-authority * ${otherCa}`],
    accepted: false,
  },
  {
    title: "the authority's key as a host's",
    known: ({ ca, port }) => [`[${host}]:${port} ${ca}`],
    accepted: false,
  },
  { title: "several principals", principals: `h,${host}`, known: authority, accepted: true },
  { title: "another's principal", principals: "h", known: authority, accepted: false },
  { title: "a pattern as principal", principals: "127.*", known: authority, accepted: false },
  { title: "expired", validity: "20200101:20210101", known: authority, accepted: false },
  { title: "not yet valid", validity: "20900101:20910101", known: authority, accepted: false },
  { title: "for ever", validity: "always:forever", known: authority, accepted: true },
  { title: "a user's", ofUser: true, known: authority, accepted: false },
  {
    title: "a critical option",
    args: ["-O", "critical:x@example.com=y"],
    known: authority,
    accepted: false,
  },
  {
    title: "an extension",
    args: ["-O", "extension:x@example.com=y"],
    known: authority,
    accepted: true,
  },
  {
    title: "expired, and the key known",
    validity: "20200101:20210101",
    known: (of) => [...authority(of), of.key],
    accepted: true,
  },
  { title: "the key known alone", known: ({ key }) => [key], accepted: true },
  {
    title: "the authority revoked",
    known: (of) => [...authority(of), `@revoked * ${of.ca}`],
    accepted: false,
  },
  {
    title: "the key revoked",
    known: (of) => [...authority(of), `@revoked * ${of.key.split(" ").slice(1).join(" ")}`],
    accepted: false,
  },
];

describe("host certificates, with ssh as the judge", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let daemon: Daemon;

  before(function () {
    requires(this, "sshd", "ssh");
    daemon = suite.add(startDaemon());
  });

  const line = (path: string) => readFileSync(`${path}.pub`, "utf8").trim();

  /** Signs the key that the fixture's servers have. */
  function certify({
    key = "ed25519",
    ca = "ed25519",
    args = [],
    ofUser = false,
    principals = host,
    validity = "-1d:+1d",
  }: Made): string {
    const folder = scope.tempDir();
    const copy = join(folder, "key.pub");
    copyFileSync(`${makeKey(key, "host")}.pub`, copy);
    const kind = ofUser ? [] : ["-h"];
    const signing = ["-q", "-s", makeKey(ca, "ca"), "-I", "the id", "-z", "18446744073709551615"];
    const terms = ["-n", principals, "-V", validity];
    execFileSync(programPath("ssh-keygen"), [...signing, ...kind, ...terms, ...args, copy]);
    return join(folder, "key-cert.pub");
  }

  async function start(made: Made): Promise<SshServer> {
    const { key = "ed25519" } = made;
    const config = [`HostCertificate ${certify(made)}`];
    return scope.add(await startSshd({ config, hostKeyTypes: [key] }));
  }

  function knownOf(server: SshServer, { key = "ed25519", ca = "ed25519" }: Made): Known {
    const { port } = server;
    return {
      ca: line(makeKey(ca, "ca")),
      otherCa: line(makeKey("ed25519", "other-ca")),
      key: knownHostsLine(readPublicKey(makeKey(key, "host")), host, port),
      port,
    };
  }

  for (const row of rows) {
    it(`${row.title}: ${row.accepted ? "accepted" : "refused"}`, async () => {
      const server = await start(row);
      const file = join(scope.tempDir(), "known_hosts");
      writeFileSync(
        file,
        row
          .known(knownOf(server, row))
          .map((each) => `${each}\n`)
          .join(""),
      );
      const judged = await sshLogin({
        server,
        options: [
          "StrictHostKeyChecking=yes",
          `UserKnownHostsFile=${file}`,
          "GlobalKnownHostsFile=/dev/null",
          `IdentityFile=${server.privateKeyPath}`,
        ],
      });
      assert.equal(judged.accepted, row.accepted, judged.log);
      const params = { ...address(server), knownHosts: [file] };
      for (const hostKeyPolicy of ["strict", "accept-new"]) {
        const login = daemon.request("ssh.new", { ...params, hostKeyPolicy });
        // The plain key is new where nothing is known of it, and of no authority.
        const isNew = /for another host|as a host's/.test(row.title);
        if (row.accepted) assert.equal((await login).hostKey.status, "known");
        else if (!isNew || hostKeyPolicy === "strict") await fails(login, "HostKeyRejected");
        else await login.catch(() => {});
      }
    });
  }

  it("is told, hashed names, and keys exchanged anew", async () => {
    const server = await start({});
    const file = join(scope.tempDir(), "known_hosts");
    const { ca } = knownOf(server, {});
    writeFileSync(file, `[${host}]:${server.port} ${ca}\n`);
    execFileSync(programPath("ssh-keygen"), ["-q", "-H", "-f", file], { stdio: "ignore" });
    writeFileSync(file, `@cert-authority ${readFileSync(file, "utf8")}`);
    const config = join(scope.tempDir(), "config");
    writeFileSync(config, "RekeyLimit 256K\n");
    const params = { ...address(server), knownHosts: [file], hostKeyPolicy: "strict", config };
    const { session, hostKey } = await daemon.request("ssh.new", params);
    assert.equal(hostKey.type, "ssh-ed25519-cert-v01@openssh.com");
    const { validAfter, validBefore, ...rest } = hostKey.certificate;
    assert.ok(validAfter < Date.now() / 1000 && validBefore > Date.now() / 1000);
    assert.deepEqual(rest, {
      keyId: "the id",
      serial: "18446744073709551615",
      principals: [host],
      ca: readPublicKey(makeKey("ed25519", "ca")).fingerprint,
    });
    const zeros = await new Session(daemon, session).output("head -c 2000000 /dev/zero");
    assert.equal(zeros.length, 2_000_000);
  });

  it("a pin may name the authority", async () => {
    const server = await start({});
    const pinned = (fingerprint: string) =>
      daemon.request("ssh.new", { ...address(server), hostKeyFingerprints: [fingerprint] });
    const { hostKey } = await pinned(readPublicKey(makeKey("ed25519", "ca")).fingerprint);
    assert.deepEqual([hostKey.status, hostKey.certificate.keyId], ["pinned", "the id"]);
    const other = readPublicKey(makeKey("ed25519", "other-ca")).fingerprint;
    await fails(pinned(other), "HostKeyRejected", { reason: "notPinned" });
  });

  it("with other key exchanges", async () => {
    const server = await start({ key: "rsa" });
    const file = join(scope.tempDir(), "known_hosts");
    writeFileSync(file, `${authority(knownOf(server, {})).join("")}\n`);
    for (const kex of ["ecdh-sha2-nistp256", "diffie-hellman-group-exchange-sha256"]) {
      const params = { ...address(server), knownHosts: [file], hostKeyPolicy: "strict" };
      const result = await daemon.request("ssh.new", { ...params, algorithms: { kex: [kex] } });
      assert.equal(result.hostKey.type, "ssh-rsa-cert-v01@openssh.com");
    }
  });

  /** As ssh and the daemon see a server with this known_hosts and these settings, under `policy`. */
  async function compare(
    server: SshServer,
    known: string[],
    { policy = "strict", lines = [] as string[], to = daemon } = {},
  ) {
    const folder = scope.tempDir();
    const [file, config] = [join(folder, "known_hosts"), join(folder, "config")];
    writeFileSync(file, known.map((each) => `${each}\n`).join(""));
    writeFileSync(config, lines.map((each) => `${each}\n`).join(""));
    // ssh records what it takes without checking.
    copyFileSync(file, `${file}-of-ssh`);
    const strictness = { strict: "yes", ask: "ask", off: "no" }[policy] ?? policy;
    const options = [
      ...lines.map((each) => each.replace(" ", "=")),
      `StrictHostKeyChecking=${strictness}`,
      `UserKnownHostsFile=${file}-of-ssh`,
      "GlobalKnownHostsFile=/dev/null",
      `IdentityFile=${server.privateKeyPath}`,
    ];
    const params = { ...address(server), knownHosts: [file], hostKeyPolicy: policy, config };
    const [judged, ours] = await Promise.all([
      sshLogin({ server, options }),
      to.request("ssh.new", params).then(
        (result) => ({ result, error: undefined }),
        (error: RpcError) => ({ result: undefined, error }),
      ),
    ]);
    assert.equal(
      ours.result !== undefined,
      judged.accepted,
      `${ours.error?.message} ${judged.log}`,
    );
    assert.equal(readFileSync(file, "utf8"), known.map((each) => `${each}\n`).join(""));
    return ours;
  }

  const rsaServer = async (made: Made, types: KeyType[] = ["ed25519", "rsa"]) => {
    const config = [`HostCertificate ${certify({ key: "rsa", ...made })}`];
    return scope.add(await startSshd({ config, hostKeyTypes: types }));
  };

  describe("several kinds of key, one of them certified", () => {
    it("the certified one is asked for where only the authority is known", async () => {
      const server = await rsaServer({});
      const { result } = await compare(server, authority(knownOf(server, {})));
      assert.equal(result.hostKey.type, "ssh-rsa-cert-v01@openssh.com");
    });

    it("and where another one is known as well", async () => {
      const server = await rsaServer({});
      const of = knownOf(server, {});
      const { result } = await compare(server, [...authority(of), of.key]);
      assert.equal(result.hostKey.type, "ssh-rsa-cert-v01@openssh.com");
    });

    it("one that isn't good, and the other one known: refused, as it shows the first", async () => {
      const server = await rsaServer({ validity: "20200101:20210101" });
      const of = knownOf(server, {});
      await compare(server, [...authority(of), of.key]);
    });
  });

  describe("CASignatureAlgorithms", () => {
    const sha1 = { ca: "rsa", args: ["-t", "ssh-rsa"] } as const;
    const made = { ...sha1, args: [...sha1.args] };

    it("SHA-1 is refused, and taken where it is named", async () => {
      const server = await rsaServer(made);
      const known = authority(knownOf(server, made));
      const { error } = await compare(server, known);
      assert.match(error?.message ?? "", /signed with ssh-rsa, which CASignatureAlgorithms/);
      const lines = ["CASignatureAlgorithms +ssh-rsa"];
      const { result } = await compare(server, known, { lines });
      assert.equal(result.hostKey.status, "known");
      assert.deepEqual(result.ignored, []);
    });

    it("SHA-1, and the key known", async () => {
      const server = await rsaServer(made, ["rsa"]);
      const of = knownOf(server, { ...made, key: "rsa" });
      await compare(server, [...authority(of), of.key]);
    });

    it("what is left out is refused, also without an ssh to ask", async () => {
      const server = await start({});
      const known = authority(knownOf(server, {}));
      const lines = ["CASignatureAlgorithms -ssh-ed25519"];
      await compare(server, known, { lines });
      const to = scope.add(startDaemon({ env: { PATH: scope.tempDir() } }));
      await compare(server, known, { lines, to });
      await compare(server, known, { to });
    });
  });

  it("HostKeyAlias is the principal's name, and CheckHostIP changes nothing", async () => {
    const server = await start({ principals: "the-alias" });
    const { ca } = knownOf(server, {});
    const known = [`@cert-authority the-alias ${ca}`];
    const lines = ["HostKeyAlias the-alias", "CheckHostIP yes"];
    const { result } = await compare(server, known, { lines });
    assert.equal(result.hostKey.status, "known");
    await compare(await start({}), known, { lines });
    await compare(server, known);
  });

  describe("policies", () => {
    it("ask: a good one isn't asked about; without one it is refused; a changed key is asked about", async () => {
      const asked: string[] = [];
      const to = scope.add(startDaemon());
      to.onRequest = (_, { hostKey }) => {
        asked.push(hostKey.reason);
        return { accept: true };
      };
      await to.request("initialize", { capabilities: { prompt: true } });
      const server = await start({});
      const of = knownOf(server, {});
      const { result } = await compare(server, authority(of), { policy: "ask", to });
      assert.equal(result.hostKey.status, "known");
      const bad = await start({ validity: "20200101:20210101" });
      const ofBad = knownOf(bad, {});
      const { error } = await compare(bad, authority(ofBad), { policy: "ask", to });
      assert.equal(error?.data.reason, "certAuthority");
      assert.match(error?.message ?? "", /of its certificate: it has expired/);
      await compare(bad, [...authority(ofBad), ofBad.key], { policy: "ask", to });
      assert.deepEqual(asked, []);
      const file = join(scope.tempDir(), "known_hosts");
      const other = knownHostsLine(readPublicKey(makeKey("ed25519", "other")), host, bad.port);
      writeFileSync(file, [...authority(ofBad), other].map((each) => `${each}\n`).join(""));
      const params = { ...address(bad), knownHosts: [file], hostKeyPolicy: "ask" };
      assert.equal((await to.request("ssh.new", params)).hostKey.status, "accepted");
      assert.deepEqual(asked, ["changed"]);
    });

    it("off: whichever it is, but none that is revoked", async () => {
      const good = await start({});
      const off = { policy: "off" };
      const { result } = await compare(good, authority(knownOf(good, {})), off);
      assert.equal(result.hostKey.status, "unchecked");
      const bad = await start({ validity: "20200101:20210101" });
      await compare(bad, authority(knownOf(bad, {})), off);
      const file = join(scope.tempDir(), "known_hosts");
      const of = knownOf(good, {});
      writeFileSync(file, `${authority(of).join("\n")}\n@revoked * ${of.ca}\n`);
      const params = { ...address(good), knownHosts: [file], hostKeyPolicy: "off" };
      const about = {
        reason: "revoked",
        fingerprint: readPublicKey(makeKey("ed25519", "host")).fingerprint,
      };
      const { message } = await fails(daemon.request("ssh.new", params), "HostKeyRejected", about);
      assert.match(message, /has a certificate of an authority that is revoked: .* line \d+ has/);
    });
  });

  it("behind a jump host that has one, too; and by a session's handle", async () => {
    const gate = await start({});
    const target = await start({ key: "ecdsa", ca: "ecdsa" });
    const folder = scope.tempDir();
    const [file, config] = [join(folder, "known_hosts"), join(folder, "config")];
    const known = [
      ...authority(knownOf(gate, {})),
      ...authority(knownOf(target, { key: "ecdsa", ca: "ecdsa" })),
    ];
    writeFileSync(file, known.map((each) => `${each}\n`).join(""));
    const at = ({ port, username, privateKeyPath }: SshServer) => [
      `  HostName ${host}`,
      `  Port ${port}`,
      `  User ${username}`,
      `  IdentityFile ${privateKeyPath}`,
    ];
    const common = [`  UserKnownHostsFile ${file}`, "  StrictHostKeyChecking yes"];
    const lines = ["Host gate", ...at(gate), "Host target", ...at(target), "  ProxyJump gate"];
    writeFileSync(config, [...lines, "Host *", ...common].map((each) => `${each}\n`).join(""));
    // Not in this process' one thread: its servers are in it.
    const judge = promisify(execFile)(programPath("ssh"), ["-F", config, "target", "echo hello"], {
      timeout: 20_000,
    });
    assert.equal((await judge).stdout, "hello\n");
    const { hostKey } = await daemon.request("ssh.new", { host: "target", config });
    assert.equal(hostKey.type, "ecdsa-sha2-nistp256-cert-v01@openssh.com");
    const params = { knownHosts: [file], hostKeyPolicy: "strict" };
    const { session: via } = await daemon.request("ssh.new", { ...address(gate), ...params });
    const result = await daemon.request("ssh.new", { ...address(target), ...params, via });
    assert.equal(result.hostKey.certificate.keyId, "the id");
    const forged = { ...params, knownHosts: ["/dev/null"], via };
    await fails(daemon.request("ssh.new", { ...address(target), ...forged }), "HostKeyRejected");
  });

  it("keys exchanged anew by the server, in the midst of a command's output", async () => {
    const config = [`HostCertificate ${certify({})}`, "RekeyLimit 256K"];
    const server = scope.add(await startSshd({ config }));
    const file = join(scope.tempDir(), "known_hosts");
    writeFileSync(file, `${authority(knownOf(server, {})).join("")}\n`);
    const params = { ...address(server), knownHosts: [file], hostKeyPolicy: "strict" };
    const { session } = await daemon.request("ssh.new", params);
    const zeros = await new Session(daemon, session).output("head -c 2000000 /dev/zero");
    assert.equal(zeros.length, 2_000_000);
  });
});
