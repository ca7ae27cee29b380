import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, RpcError } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { programPath, requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startAgent } from "../fixtures/ssh-agent.ts";
import { sshLogin } from "../fixtures/ssh-client.ts";
import { copyKey, makeKey, readPublicKey } from "../fixtures/ssh-keys.ts";
import type { KeyType } from "../fixtures/ssh-keys.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { fails } from "./support/fails.ts";
import { Session } from "./support/session.ts";

const host = "127.0.0.1";
const passphrase = "correct horse";

/** How a certificate is made; by default it is good. */
interface Made {
  key?: KeyType;
  ca?: KeyType;
  /** Of an authority that the servers don't trust. */
  stranger?: boolean;
  /** Comma-separated; empty for none. */
  principals?: string;
  validity?: string;
  args?: string[];
}

/** What a login is made with: by the call, by the configuration, and by ssh. */
interface Means {
  certificates?: string[];
  identities?: string[];
  identitiesOnly?: boolean;
  agent?: string;
  passphrase?: string;
}

interface Row {
  title: string;
  /** @param folder a fresh one */
  means: (folder: string) => Means | Promise<Means>;
  /** Of the server that maps principals. */
  mapped?: boolean;
  /** What the message has of why, where the login is refused. */
  refused?: RegExp;
}

describe("user certificates, with ssh as the judge", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let daemon: Daemon;
  /** One takes the account's name as principal, one maps `ops` to it. */
  let servers: { plain: SshServer; mapped: SshServer };

  before(async function () {
    requires(this, "sshd", "ssh");
    daemon = suite.add(startDaemon());
    const folder = suite.tempDir();
    const authorities = join(folder, "authorities");
    const types: KeyType[] = ["ed25519", "ecdsa", "rsa"];
    const lines = types.map((type) => readFileSync(`${makeKey(type, "user-ca")}.pub`));
    writeFileSync(authorities, Buffer.concat(lines));
    const principals = join(folder, "principals");
    writeFileSync(principals, "ops\n");
    const config = [`TrustedUserCAKeys ${authorities}`, "PasswordAuthentication no"];
    servers = {
      plain: suite.add(await startSshd({ config })),
      mapped: suite.add(
        await startSshd({ config: [...config, `AuthorizedPrincipalsFile ${principals}`] }),
      ),
    };
    const known = readFileSync(`${makeKey("ecdsa", "authorized")}.pub`);
    appendFileSync(servers.plain.authorizedKeysPath, known);
  });

  const keygen = (...args: string[]) =>
    void execFileSync(programPath("ssh-keygen"), ["-q", ...args], { stdio: "ignore" });

  /** A copy of a key, and its certificate beside it. */
  function make(
    folder: string,
    made: Made = {},
    name = "id",
  ): { key: string; certificate: string } {
    const { key = "ed25519", ca = "ed25519", principals = "alice", args = [] } = made;
    const path = join(folder, name);
    copyKey(makeKey(key, "certified"), path);
    const authority = makeKey(ca, made.stranger === true ? "stranger-ca" : "user-ca");
    const names = principals === "" ? [] : ["-n", principals];
    const terms = ["-I", "the id", "-V", made.validity ?? "-1d:+1d", ...names, ...args];
    keygen("-s", authority, ...terms, `${path}.pub`);
    return { key: path, certificate: `${path}-cert.pub` };
  }

  /** The same with the certificate elsewhere, where only its own name finds it. */
  function apart(folder: string, made: Made = {}): { key: string; certificate: string } {
    const { key, certificate } = make(folder, made, "there");
    mkdirSync(join(folder, "keys"));
    copyKey(key, join(folder, "keys/key"));
    return { key: join(folder, "keys/key"), certificate };
  }

  const named = (made: Made) => (folder: string) => {
    const { key, certificate } = apart(folder, made);
    return { certificates: [certificate], identities: [key] };
  };

  async function agentWith(...keys: string[]): Promise<string> {
    const agent = scope.add(await startAgent());
    for (const key of keys) agent.add(key);
    return agent.socket;
  }

  /** Encrypts a key; in PEM it doesn't tell its public half. */
  function encrypt(key: string, ...args: string[]): void {
    keygen("-p", "-a", "1", "-P", "", "-N", passphrase, ...args, "-f", key);
  }

  const rows: Row[] = [
    ...(["ed25519", "ecdsa", "rsa"] as const).flatMap((key) =>
      (["ed25519", "ecdsa", "rsa"] as const).map((ca) => ({
        title: `${key} by an authority's ${ca}`,
        means: named({ key, ca }),
      })),
    ),
    {
      title: "beside the key",
      means: (folder) => ({ identities: [make(folder).key] }),
    },
    {
      title: "beside the key, where another one is named",
      means: (folder) => {
        const { certificate } = make(folder, { stranger: true }, "other");
        return { certificates: [certificate], identities: [make(folder).key] };
      },
      refused: /the certificate .*other-cert.pub .*TrustedUserCAKeys.*, the key .*id \(/,
    },
    {
      title: "without .pub in its name",
      means: (folder) => {
        const { key, certificate } = apart(folder);
        return { certificates: [certificate.replace(".pub", "")], identities: [key] };
      },
    },
    {
      title: "as an identity file",
      means: (folder) => {
        const { key, certificate } = apart(folder);
        return { identities: [certificate, key] };
      },
    },
    {
      title: "in the agent",
      means: async (folder) => ({ agent: await agentWith(make(folder).key) }),
    },
    {
      title: "of a key in the agent",
      means: async (folder) => {
        const { key, certificate } = apart(folder);
        return { certificates: [certificate], agent: await agentWith(key) };
      },
    },
    {
      title: "of an RSA key in the agent",
      means: async (folder) => {
        const { key, certificate } = apart(folder, { key: "rsa" });
        return { certificates: [certificate], agent: await agentWith(key) };
      },
    },
    {
      title: "of a key in the agent, by its public half",
      means: async (folder) => {
        const { key, certificate } = apart(folder);
        const agent = await agentWith(makeKey("ecdsa", "other"), key);
        const identities = [`${key}.pub`];
        return { certificates: [certificate], identities, identitiesOnly: true, agent };
      },
    },
    {
      title: "of a key in the agent that isn't among the identity files",
      means: async (folder) => {
        const { key, certificate } = apart(folder);
        const agent = await agentWith(key);
        return { certificates: [certificate], identities: [], identitiesOnly: true, agent };
      },
      refused: /there-cert\.pub: its key, .* left out by identitiesOnly: name its \.pub/,
    },
    {
      title: "of an encrypted key",
      means: (folder) => {
        const { key, certificate } = apart(folder);
        encrypt(key);
        return { certificates: [certificate], identities: [key], passphrase };
      },
    },
    {
      title: "beside an encrypted key",
      means: (folder) => {
        const { key } = make(folder);
        encrypt(key);
        return { identities: [key], passphrase };
      },
    },
    {
      title: "beside an encrypted key that doesn't tell its public half",
      means: (folder) => {
        const { key, certificate } = make(folder, { key: "rsa" });
        const alone = join(folder, "alone");
        copyKey(key, alone);
        encrypt(alone, "-m", "PEM");
        execFileSync("rm", [`${alone}.pub`]);
        copyFileSync(certificate, `${alone}-cert.pub`);
        return { identities: [alone], passphrase };
      },
    },
    {
      title: "of a key that isn't there",
      means: (folder) => ({ certificates: [apart(folder).certificate], identities: [] }),
      refused: /there-cert\.pub: its key, ssh-ed25519 SHA256:.*, isn't there: name its file in id/,
    },
    {
      title: "of another key than the one beside it",
      means: (folder) => {
        const { key } = make(folder);
        copyKey(makeKey("ed25519", "renewed"), key);
        return { identities: [key] };
      },
      refused: /id-cert\.pub: its key, .*, is not the one in .*id: get a certificate for that one/,
    },
    {
      title: "expired",
      means: named({ validity: "20200101:20210101" }),
      refused:
        /the certificate .*there-cert\.pub \(ssh-ed25519-cert-v01@openssh\.com SHA256:.*, "the id", signed by SHA256:.*: it expired on 20(20-12-31|21-01-01)T.*Z, get a new one\)/,
    },
    {
      title: "not yet valid",
      means: named({ validity: "20900101:20910101" }),
      refused: /it is not valid before 20(89-12-31|90-01-01)T.*Z, if this machine's clock is right/,
    },
    {
      title: "for ever",
      means: named({ validity: "always:forever" }),
    },
    {
      title: "for another principal",
      means: named({ principals: "bob,carol" }),
      refused: /it is for bob, carol, get one for alice, or have the server map them/,
    },
    {
      title: "for several principals",
      means: named({ principals: "bob,alice" }),
    },
    {
      title: "without principals",
      means: named({ principals: "" }),
      refused: /it names no principals, get one for alice/,
    },
    { title: "for a principal that is mapped", means: named({ principals: "ops" }), mapped: true },
    {
      title: "for the account's name, where names are mapped",
      means: named({}),
      mapped: true,
      refused:
        /it is good for alice by its own account, so the server may not trust that authority/,
    },
    {
      title: "a host's",
      means: named({ args: ["-h"] }),
      refused: /left out .*there-cert\.pub: it is a host's certificate, not a user's/,
    },
    {
      title: "a host's, in the agent",
      means: async (folder) => ({ agent: await agentWith(make(folder, { args: ["-h"] }).key) }),
      refused: /left out agent: it is a host's certificate/,
    },
    {
      title: "by an authority that the server doesn't trust",
      means: named({ stranger: true }),
      refused: /the server may not trust that authority \(TrustedUserCAKeys\)/,
    },
    {
      title: "signed with SHA-1",
      means: named({ ca: "rsa", args: ["-t", "ssh-rsa"] }),
      refused: /its authority signed it with SHA-1, which servers no longer take/,
    },
    {
      title: "for another address",
      means: named({ args: ["-O", "source-address=192.0.2.0/24"] }),
      refused: /it is good from 192\.0\.2\.0\/24 only/,
    },
    {
      title: "for this address",
      means: named({ args: ["-O", "source-address=127.0.0.0/8"] }),
    },
    {
      title: "for one command",
      means: named({ args: ["-O", "force-command=true"] }),
    },
    {
      title: "with a critical option that nobody knows",
      means: named({ args: ["-O", "critical:x@example.com=y"] }),
      refused: /it has the critical option x@example\.com, which the server may not know/,
    },
    {
      title: "damaged",
      means: (folder) => {
        const { key, certificate } = apart(folder);
        const [type, blob = ""] = readFileSync(certificate, "utf8").split(" ");
        const bytes = Buffer.from(blob, "base64");
        bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
        writeFileSync(certificate, `${type} ${bytes.toString("base64")}\n`);
        return { certificates: [certificate], identities: [key] };
      },
      refused: /left out .*there-cert\.pub: the certificate is damaged: its authority has not/,
    },
    {
      title: "cut off",
      means: (folder) => {
        const { key, certificate } = apart(folder);
        writeFileSync(certificate, readFileSync(certificate, "utf8").slice(0, 200));
        return { certificates: [certificate], identities: [key] };
      },
      refused: /left out .*there-cert\.pub: the certificate is damaged/,
    },
    {
      title: "a plain key in its place",
      means: (folder) => {
        const { key } = make(folder);
        return { certificates: [`${key}.pub`], identities: [key] };
      },
      refused: /left out .*id\.pub: it is a public key without a certificate/,
    },
    {
      title: "a file that isn't there",
      means: (folder) => ({
        certificates: [join(folder, "none")],
        identities: [make(folder).key],
      }),
      refused: /left out .*none: there is no such file/,
    },
    {
      title: "expired, and one that is good",
      means: (folder) => {
        const old = make(folder, { validity: "20200101:20210101" }, "old");
        const { key, certificate } = make(folder);
        return { certificates: [old.certificate, certificate], identities: [key] };
      },
    },
    {
      title: "of no use, and a key that is authorized",
      means: (folder) => {
        const { certificate } = make(folder, { validity: "20200101:20210101" });
        const key = join(folder, "authorized");
        copyKey(makeKey("ecdsa", "authorized"), key);
        return { certificates: [certificate], identities: [key] };
      },
    },
  ];

  /** Lines of ssh_config. */
  const linesOf = ({ certificates = [], identities, identitiesOnly }: Means) => [
    ...certificates.map((path) => `CertificateFile=${path}`),
    ...(identities ?? []).map((path) => `IdentityFile=${path}`),
    ...(identities === undefined || identities.length === 0 ? ["IdentityFile=none"] : []),
    ...(identitiesOnly === true ? ["IdentitiesOnly=yes"] : []),
  ];

  /** Files for known hosts and configuration, in a fresh folder. */
  function written(knownHosts: string[], lines: string[]) {
    const folder = scope.tempDir();
    const [known, config] = [join(folder, "known_hosts"), join(folder, "config")];
    writeFileSync(known, knownHosts.map((line) => `${line}\n`).join(""));
    writeFileSync(config, lines.map((line) => `${line}\n`).join(""));
    return { known, config };
  }

  for (const { title, means: makeMeans, mapped = false, refused } of rows) {
    it(`${title}: ${refused ? "refused" : "accepted"}`, async () => {
      const means = await makeMeans(scope.tempDir());
      const server = mapped ? servers.mapped : servers.plain;
      const { port, username } = server;
      const lines = linesOf(means);
      const { known, config } = written(server.knownHosts, lines);
      const at = { host, port, username, knownHosts: [known], agent: means.agent ?? false };
      const secret = means.passphrase === undefined ? {} : { passphrase };
      const { certificates, identities, identitiesOnly } = means;
      const byCall = {
        ...(certificates && { certificateFiles: certificates }),
        ...(identities && { identityFiles: identities }),
        ...(identitiesOnly !== undefined && { identitiesOnly }),
      };
      const ours = async (how: object) => {
        const login = daemon.request("ssh.new", { ...at, ...secret, ...how });
        if (refused) assert.match((await fails(login, "AuthenticationFailed")).message, refused);
        else assert.equal((await login).authMethod, "publickey");
      };
      const [judged] = await Promise.all([
        sshLogin({
          server,
          options: [...lines, `UserKnownHostsFile=${known}`, "StrictHostKeyChecking=yes"],
          agent: means.agent,
          ...(means.passphrase !== undefined && { answers: { passphrase } }),
        }),
        ours(byCall),
        ours({ config }),
      ]);
      assert.equal(judged.accepted, refused === undefined, judged.log);
    });
  }

  it("is told by the path where it was left out", async () => {
    const { key, certificate } = apart(scope.tempDir(), { args: ["-h"] });
    const { port, username } = servers.plain;
    const params = { host, port, username, agent: false, knownHosts: [] };
    const files = { certificateFiles: [certificate], identityFiles: [key] };
    const error: RpcError = await fails(
      daemon.request("ssh.new", { ...params, ...files }),
      "AuthenticationFailed",
    );
    const [skipped] = error.data.skipped;
    assert.equal(skipped.path, certificate);
    assert.match(skipped.reason, /a host's certificate/);
  });

  it("with the key's text, and by certificateFiles alone from the agent of SSH_AUTH_SOCK", async () => {
    const { key, certificate } = apart(scope.tempDir());
    const { port, username } = servers.plain;
    const at = { host, port, username, knownHosts: [], certificateFiles: [certificate] };
    const privateKey = readFileSync(key, "utf8");
    await daemon.request("ssh.new", { ...at, privateKey });
    const agent = await agentWith(key);
    const other = scope.add(startDaemon({ env: { SSH_AUTH_SOCK: agent } }));
    await other.request("ssh.new", at);
    // Also beside a password, which names no key.
    await other.request("ssh.new", { ...at, password: "wrong" });
    // And from the default files.
    mkdirSync(join(daemon.home, ".ssh"), { recursive: true, mode: 0o700 });
    copyKey(key, join(daemon.home, ".ssh/id_ed25519"));
    try {
      await daemon.request("ssh.new", at);
    } finally {
      execFileSync("rm", ["-r", join(daemon.home, ".ssh")]);
    }
  });

  it("are tried in the order of ssh's", async () => {
    const folder = scope.tempDir();
    const one = make(folder, {}, "one");
    const two = make(folder, { key: "ecdsa" }, "two");
    const three = make(folder, { key: "rsa" }, "three");
    const agents = join(folder, "agents");
    copyKey(makeKey("ed25519", "agents"), agents);
    // Without its certificate: which of an agent's come first depends on ssh's release.
    copyKey(two.key, join(folder, "held"));
    const held = await agentWith(agents, join(folder, "held"));
    const server = scope.add(
      await startFaultServer({
        authenticate: (request) => {
          if (request.method === "publickey") offered.push(request.key.data.toString("base64"));
          request.reject(["publickey"]);
        },
      }),
    );
    let offered: string[] = [];
    const names = new Map(
      [one, two, three].flatMap(({ key, certificate }) =>
        [`${key}.pub`, certificate].map((path) => [blobOf(path), basename(path)]),
      ),
    );
    names.set(blobOf(`${agents}.pub`), "agents.pub");
    const variants: Means[] = [
      { identities: [one.key, two.key, three.key] },
      { identities: [one.key, two.key], agent: held },
      { identities: [one.key, `${two.key}.pub`], identitiesOnly: true, agent: held },
      { certificates: [three.certificate, one.certificate], identities: [one.key, three.key] },
      { certificates: [one.certificate], identities: [two.key, one.key], agent: held },
    ];
    for (const means of variants) {
      const lines = linesOf(means);
      const { known, config } = written([], lines);
      const common = [...lines, `UserKnownHostsFile=${known}`, "StrictHostKeyChecking=no"];
      offered = [];
      await sshLogin({ server, options: common, agent: means.agent });
      const theirs = offered;
      offered = [];
      const { port, username } = server;
      const at = { host, port, username, knownHosts: [], agent: means.agent ?? false, config };
      await fails(daemon.request("ssh.new", at), "AuthenticationFailed");
      const readable = (blobs: string[]) => [...new Set(blobs.map((blob) => names.get(blob)))];
      assert.deepEqual(readable(offered), readable(theirs), JSON.stringify(means));
      assert.ok(theirs.length > 2, `${theirs.length}`);
    }
  });

  it("behind a jump host that takes one itself", async () => {
    const { key, certificate } = apart(scope.tempDir());
    const { plain, mapped } = servers;
    const ops = make(scope.tempDir(), { principals: "ops" });
    const known = [...plain.knownHosts, ...mapped.knownHosts];
    const target = [`  HostName ${host}`, `  User ${plain.username}`, "  IdentitiesOnly yes"];
    const { config } = written(known, [
      "Host gate",
      ...target,
      `  Port ${mapped.port}`,
      `  CertificateFile ${ops.certificate}`,
      `  IdentityFile ${ops.key}`,
      "Host target",
      ...target,
      `  Port ${plain.port}`,
      `  CertificateFile ${certificate}`,
      `  IdentityFile ${key}`,
      "  ProxyJump gate",
      "Host *",
      `  UserKnownHostsFile ${written(known, []).known}`,
      "  StrictHostKeyChecking yes",
    ]);
    // Not in this process' one thread: its servers are in it.
    const judge = promisify(execFile)(programPath("ssh"), ["-F", config, "target", "echo hello"], {
      timeout: 20_000,
    });
    assert.equal((await judge).stdout, "hello\n");
    const { session } = await daemon.request("ssh.new", { host: "target", config });
    assert.equal(await new Session(daemon, session).output("echo hello"), "hello\n");
  });
});

function blobOf(path: string): string {
  return readPublicKey(path.replace(/\.pub$/, "")).blob;
}
