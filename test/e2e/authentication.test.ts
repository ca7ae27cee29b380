import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { programPath, requires } from "../fixtures/requirements.ts";
import type { Requirement } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startAgent } from "../fixtures/ssh-agent.ts";
import { sshLogin } from "../fixtures/ssh-client.ts";
import type { SshLogin } from "../fixtures/ssh-client.ts";
import { copyKey, makeKey } from "../fixtures/ssh-keys.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshdOptions } from "../fixtures/sshd.ts";

const passphrase = "correct horse";
const password = "open-sesame";

/** A way to log in, for us and for `ssh`. */
interface Credential {
  name: string;
  params: object;
  ssh: Omit<SshLogin, "server">;
}

const servers: { name: string; options: SshdOptions; requires?: Requirement[] }[] = [
  { name: "publickey or password", options: {} },
  { name: "password only", options: { config: ["PubkeyAuthentication no"] } },
  { name: "publickey only", options: { config: ["PasswordAuthentication no"] } },
  {
    name: "keyboard-interactive only",
    options: { pam: true, config: ["AuthenticationMethods keyboard-interactive"] },
    requires: ["pam"],
  },
  {
    name: "publickey, then password",
    options: { config: ["AuthenticationMethods publickey,password"] },
  },
  {
    name: "publickey, then keyboard-interactive",
    options: { pam: true, config: ["AuthenticationMethods publickey,keyboard-interactive"] },
    requires: ["pam"],
  },
  {
    name: "password, then keyboard-interactive",
    options: { pam: true, config: ["AuthenticationMethods password,keyboard-interactive"] },
    requires: ["pam"],
  },
  {
    name: "password, then publickey",
    options: { config: ["AuthenticationMethods password,publickey"] },
  },
  {
    name: "two keys",
    options: { config: ["AuthenticationMethods publickey,publickey"] },
  },
  {
    name: "RSA with SHA-1 only",
    options: { config: ["PubkeyAcceptedAlgorithms ssh-rsa", "PasswordAuthentication no"] },
  },
  { name: "three attempts", options: { config: ["MaxAuthTries 3"] } },
];

describe("logging in, as ssh does", function () {
  this.timeout(120_000);
  const suite = useScope("suite");
  let daemon: Daemon;
  let credentials: Credential[];
  let authorized: string;
  let authority: string;

  before(async function () {
    requires(this, "sshd", "ssh");
    daemon = suite.add(startDaemon());
    const dir = suite.tempDir();
    const keygen = (...args: string[]) =>
      void execFileSync(programPath("ssh-keygen"), ["-q", ...args], { stdio: "ignore" });
    const copy = (from: string, name: string): string => {
      copyKey(from, join(dir, name));
      return join(dir, name);
    };
    const ed25519 = copy(makeKey("ed25519", "login"), "ed25519");
    const ecdsa = copy(makeKey("ecdsa", "login"), "ecdsa");
    const rsa = copy(makeKey("rsa", "login"), "rsa");
    const stranger = copy(makeKey("ed25519", "stranger"), "stranger");
    const encrypted = copy(ed25519, "encrypted");
    // Deriving its key takes a sixteenth of the time: each server has it done four times.
    keygen("-p", "-a", "1", "-P", "", "-N", passphrase, "-f", encrypted);
    const pem = copy(rsa, "pem");
    keygen("-p", "-P", "", "-N", "", "-m", "PEM", "-f", pem);
    const pkcs8 = copy(ecdsa, "pkcs8");
    keygen("-p", "-P", "", "-N", passphrase, "-m", "PKCS8", "-f", pkcs8);
    const loose = copy(ed25519, "loose");
    chmodSync(loose, 0o644);
    const certified = copy(stranger, "certified");
    const ca = copy(makeKey("ed25519", "authority"), "authority");
    keygen("-s", ca, "-I", "alice", "-n", "alice", `${certified}.pub`);
    authority = `cert-authority ${readFileSync(`${ca}.pub`, "utf8")}`;
    authorized = [ed25519, ecdsa, rsa].map((path) => readFileSync(`${path}.pub`, "utf8")).join("");

    const agent = suite.add(await startAgent());
    agent.add(rsa);
    agent.add(ed25519);
    const crowded = suite.add(await startAgent());
    for (const n of [1, 2, 3, 4, 5, 6]) crowded.add(makeKey("ed25519", `crowd-${n}`));
    crowded.add(ed25519);

    const named = (...paths: string[]) => [
      "IdentitiesOnly=yes",
      ...paths.map((path) => `IdentityFile=${path}`),
    ];
    const none = ["IdentityFile=none"];
    credentials = [
      { name: "nothing", params: { agent: false }, ssh: { options: none } },
      {
        name: "the password",
        params: { password },
        ssh: { options: none, answers: { password } },
      },
      {
        name: "a wrong password",
        params: { password: "wrong" },
        ssh: { options: none, answers: { password: "wrong" } },
      },
      ...[ed25519, ecdsa, rsa, pem].map((path) => ({
        name: `the key ${path.slice(dir.length + 1)}`,
        params: { identityFiles: [path] },
        ssh: { options: named(path) },
      })),
      {
        name: "a key as text",
        params: { privateKey: readFileSync(ed25519, "utf8") },
        ssh: { options: named(ed25519) },
      },
      {
        name: "a stranger's key",
        params: { identityFiles: [stranger] },
        ssh: { options: named(stranger) },
      },
      {
        name: "an encrypted key with its passphrase",
        params: { identityFiles: [encrypted], passphrase },
        ssh: { options: named(encrypted), answers: { passphrase } },
      },
      {
        name: "a key in PKCS #8, encrypted",
        params: { identityFiles: [pkcs8], passphrase },
        ssh: { options: named(pkcs8), answers: { passphrase } },
      },
      {
        name: "an encrypted key with a wrong passphrase",
        params: { identityFiles: [encrypted], passphrase: "wrong" },
        ssh: { options: named(encrypted), answers: { passphrase: "wrong" } },
      },
      {
        name: "a key that others can read",
        params: { identityFiles: [loose] },
        ssh: { options: named(loose) },
      },
      {
        name: "a certificate",
        params: { identityFiles: [certified] },
        ssh: { options: named(certified) },
      },
      {
        name: "a key and the password",
        params: { identityFiles: [ed25519], password },
        ssh: { options: named(ed25519), answers: { password } },
      },
      {
        name: "two keys",
        params: { identityFiles: [ed25519, ecdsa] },
        ssh: { options: named(ed25519, ecdsa) },
      },
      {
        name: "the agent",
        params: { agent: agent.socket },
        ssh: { options: none, agent: agent.socket },
      },
      {
        name: "the agent and the password",
        params: { agent: agent.socket, password },
        ssh: { options: none, agent: agent.socket, answers: { password } },
      },
      {
        name: "an agent with too many keys",
        params: { agent: crowded.socket },
        ssh: { options: none, agent: crowded.socket },
      },
      {
        name: "one of the many keys of an agent, by its public half",
        params: { agent: crowded.socket, identityFiles: [`${ed25519}.pub`], identitiesOnly: true },
        ssh: { options: named(`${ed25519}.pub`), agent: crowded.socket },
      },
      {
        name: "a key of the many that an agent has, first because it is named",
        params: { agent: crowded.socket, identityFiles: [ed25519] },
        ssh: { options: [`IdentityFile=${ed25519}`], agent: crowded.socket },
      },
    ];
  });

  for (const { name, options, requires: needs = [] } of servers) {
    it(`a server that wants ${name}`, async function () {
      requires(this, ...needs);
      const server = await startSshd(options);
      try {
        appendFileSync(server.authorizedKeysPath, authorized + authority);
        const known = join(suite.tempDir(), "known_hosts");
        writeFileSync(known, server.knownHosts.map((line) => `${line}\n`).join(""));
        const cells = await pooled(credentials, (each) => compare(server, known, each));
        // Where two processes of pam_wrapper take the same folder ("Failed to create pam_wrapper
        // config dir"), one ends, and a login with it. What really differs does so alone, too.
        for (const [at, { outcomes }] of options.pam ? cells.entries() : []) {
          if (outcomes[0] === outcomes[1]) continue;
          cells[at] = await compare(server, known, credentials[at] as Credential);
        }
        const [ours, theirs] = [0, 1].map((side) =>
          Object.fromEntries(cells.map((cell) => [cell.name, cell.outcomes[side]])),
        );
        assert.deepEqual(ours, theirs);
      } finally {
        await server.close();
      }
    });
  }

  /** The same login by us and by ssh: the methods that let it in, or that it was refused. */
  async function compare(server: SshServer, known: string, { name, params, ssh }: Credential) {
    const { host, port, username } = server;
    const trust = [`UserKnownHostsFile=${known}`, "StrictHostKeyChecking=yes"];
    const [ours, theirs] = await Promise.all([
      daemon
        .request("ssh.new", { host, port, username, knownHosts: [known], ...params })
        .then(async ({ session, authMethod }: Json) => {
          await daemon.request("session.free", { session });
          return authMethod;
        })
        .catch((error: Json) => error.data.kind),
      sshLogin({ server, ...ssh, options: [...trust, ...ssh.options] }),
    ]);
    const judged = theirs.accepted ? theirs.methods.join(",") : "AuthenticationFailed";
    return { name, outcomes: [ours, judged] };
  }
});

/** A few at a time: sshd drops what comes all at once. */
async function pooled<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += 4) {
    results.push(...(await Promise.all(items.slice(start, start + 4).map(work))));
  }
  return results;
}
