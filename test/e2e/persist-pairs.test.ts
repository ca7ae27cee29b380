import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { programPath, requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startAgent } from "../fixtures/ssh-agent.ts";
import type { SshAgent } from "../fixtures/ssh-agent.ts";
import { copyKey, makeKey } from "../fixtures/ssh-keys.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { failureOf } from "./support/calls.ts";

/** What a pair is made of. */
interface Place {
  server: SshServer;
  agent: SshAgent;
  folder: string;
  /** Params that name a server, a user and known_hosts, and nothing to log in with. */
  there: { host: string; port: number; username: string; knownHosts: string[] };
  password: { password: string };
  key: { identityFiles: string[]; agent: false };
  /** Writes a file into the folder: its path. */
  file: (name: string, text: string) => string;
  config: (...more: string[]) => string;
  /** Signs the key for the user, and puts that where it says: the certificate's path. */
  certify: (name: string, ...options: string[]) => string;
}

interface Pair {
  first: object;
  second: object;
  /** What happens after the first has logged in. */
  meanwhile?: () => void;
  /** How the client that sends the second differs. */
  environment?: { cwd?: string; variables?: Record<string, string> };
  /** The kind of the error that the second ends with. */
  fails?: string;
}

/** As `nc HOST PORT`, on any machine that runs the tests. */
const relay = `const s=require("net").connect(...process.argv.slice(-2));process.stdin.pipe(s).pipe(process.stdout)`;
const netcat = `'${process.execPath}' -e '${relay}' %p %h`;

const same = (params: object): Pair => ({ first: params, second: params });
const alsoWith = (params: object, more: object): Pair => ({
  first: params,
  second: { ...params, ...more },
});

/** Pairs of which the second is given the first one's connection. */
const sharing: Record<string, (place: Place) => Pair> = {
  "the same password": ({ there, password }) => same({ ...there, ...password }),
  "the same key file": ({ there, key }) => same({ ...there, ...key }),
  "the same key's text": ({ there, server }) =>
    same({ ...there, privateKey: readFileSync(server.privateKeyPath, "utf8") }),
  "the same certificate": ({ there, key, certify }) =>
    same({ ...there, ...key, certificateFiles: [certify("one-cert.pub")] }),
  "the same key of an agent": ({ there, agent }) => same({ ...there, agent: agent.socket }),
  "the same agent, by its environment": ({ there, agent }) => ({
    ...same({ ...there, agent: true }),
    environment: { variables: { SSH_AUTH_SOCK: agent.socket } },
  }),
  "the same key file, by a relative path": ({ there, key, folder, server }) => {
    copyKey(server.privateKeyPath, join(folder, "key"));
    return {
      first: { ...there, ...key, identityFiles: [join(folder, "key")] },
      second: { ...there, ...key, identityFiles: ["key"] },
      environment: { cwd: folder },
    };
  },
  "the same configuration": ({ config }) => same({ host: "alias", config: config() }),
  "the same proxy command": ({ there, password }) =>
    same({ ...there, ...password, proxyCommand: netcat }),
  "the same jump host": ({ config }) => same({ host: "behind", config: config() }),
  "the same pins, in another order": ({ there, password, server }) => {
    const pins = [server.hostKeys[0]?.fingerprint ?? "", `SHA256:${"A".repeat(43)}`];
    const { knownHosts: _, ...rest } = there;
    const params = { ...rest, ...password };
    return {
      first: { ...params, hostKeyFingerprints: pins },
      second: { ...params, hostKeyFingerprints: pins.toReversed() },
    };
  },
  "what is each session's own": ({ there, password }) =>
    alsoWith(
      { ...there, ...password },
      {
        persist: 0,
        keepaliveInterval: 7,
        keepaliveCountMax: 2,
        timeout: 20,
        idleTimeout: 20,
        token: "second",
        warnWeakCrypto: true,
      },
    ),
  "what known_hosts has learned of other hosts": ({ there, password, server }) => ({
    ...same({ ...there, ...password }),
    meanwhile: () => {
      const key = server.hostKeys[0];
      appendFileSync(there.knownHosts[0] ?? "", `other.example ${key?.type} ${key?.blob}\n`);
    },
  }),
  "a host that is never recorded": ({ there, password }) =>
    same({ ...there, ...password, knownHosts: ["/dev/null"] }),
  "host keys that neither checks": ({ there, password }) =>
    same({ ...there, ...password, hostKeyPolicy: "off" }),
};

/** Pairs of which the second logs in by itself, or fails to. */
const apart: Record<string, (place: Place) => Pair> = {
  "another name of the server": ({ there, password }) =>
    alsoWith({ ...there, ...password }, { host: "localhost" }),
  "another user": ({ there, password }) => ({
    ...alsoWith({ ...there, ...password }, { username: "bob" }),
    fails: "AuthenticationFailed",
  }),
  "a wrong password": ({ there, password }) => ({
    ...alsoWith({ ...there, ...password }, { password: "wrong" }),
    fails: "AuthenticationFailed",
  }),
  "no credential at all": ({ there, password }) => ({
    first: { ...there, ...password },
    second: there,
    fails: "AuthenticationFailed",
  }),
  "a key in the password's place": ({ there, password, key }) => ({
    first: { ...there, ...password },
    second: { ...there, ...key },
  }),
  "a key beside the password": ({ there, password, key }) =>
    alsoWith({ ...there, ...password }, key),
  "another key": ({ there, key, folder }) => {
    copyKey(makeKey("ed25519", "stranger"), join(folder, "other"));
    return {
      ...alsoWith({ ...there, ...key }, { identityFiles: [join(folder, "other")] }),
      fails: "AuthenticationFailed",
    };
  },
  "a key file with another key in it by now": ({ there, key, folder, server }) => {
    const path = join(folder, "key");
    copyKey(server.privateKeyPath, path);
    return {
      ...same({ ...there, ...key, identityFiles: [path] }),
      meanwhile: () => copyKey(makeKey("ed25519", "stranger"), path),
      fails: "AuthenticationFailed",
    };
  },
  "another passphrase": ({ there, key, folder, server }) => {
    const path = join(folder, "locked");
    copyKey(server.privateKeyPath, path);
    const args = ["-q", "-p", "-a", "1", "-P", "", "-N", "right", "-f", path];
    execFileSync(programPath("ssh-keygen"), args);
    return {
      ...alsoWith(
        { ...there, ...key, identityFiles: [path], passphrase: "right" },
        { passphrase: "wrong" },
      ),
      fails: "AuthenticationFailed",
    };
  },
  "the same key by another path": ({ there, key, folder, server }) => {
    symlinkSync(server.privateKeyPath, join(folder, "link"));
    return alsoWith({ ...there, ...key }, { identityFiles: [join(folder, "link")] });
  },
  "another certificate of the same key": ({ there, key, certify }) =>
    alsoWith(
      { ...there, ...key, certificateFiles: [certify("one-cert.pub")] },
      { certificateFiles: [certify("restricted-cert.pub", "-O", "force-command=echo works")] },
    ),
  "a certificate where there was none": ({ there, key, certify }) =>
    alsoWith({ ...there, ...key }, { certificateFiles: [certify("one-cert.pub")] }),
  "a certificate file with another one in it by now": ({ there, key, certify }) => ({
    ...same({ ...there, ...key, certificateFiles: [certify("one-cert.pub")] }),
    meanwhile: () => void certify("one-cert.pub"),
  }),
  "a certificate file, named without .pub, with another one in it by now": (place) => ({
    ...same({
      ...place.there,
      ...place.key,
      certificateFiles: [place.certify("one-cert.pub").replace(/\.pub$/, "")],
    }),
    meanwhile: () => void place.certify("one-cert.pub"),
  }),
  "a certificate beside the key that is another one by now": ({ there, key, certify }) => {
    certify("user_key-cert.pub");
    return {
      ...same({ ...there, ...key }),
      meanwhile: () => void certify("user_key-cert.pub"),
    };
  },
  "no certificate, where there is one beside the key": ({ there, key, certify }) => {
    certify("user_key-cert.pub");
    return alsoWith({ ...there, ...key }, { certificateFiles: [] });
  },
  "a certificate that a configuration names, which is another one by now": (place) => {
    const line = `CertificateFile ${place.certify("one-cert.pub")}`;
    return {
      ...same({ host: "alias", config: place.config(line) }),
      meanwhile: () => void place.certify("one-cert.pub"),
    };
  },
  "a configuration that names another certificate by now": ({ config, certify }) => {
    const [one, other] = [certify("one-cert.pub"), certify("other-cert.pub")];
    return {
      ...same({ host: "alias", config: config(`CertificateFile ${one}`) }),
      meanwhile: () => void config(`CertificateFile ${other}`),
    };
  },
  "a configuration that takes other authorities' signatures by now": ({ config }) => ({
    ...same({ host: "alias", config: config() }),
    meanwhile: () => void config("CASignatureAlgorithms ssh-ed25519"),
  }),
  "an agent that has another key by now": ({ there, agent }) => ({
    ...same({ ...there, agent: agent.socket }),
    meanwhile: () => agent.add(makeKey("ed25519", "stranger")),
  }),
  "an agent that isn't the client's": ({ there, key, agent }) => ({
    ...same({ ...there, ...key }),
    environment: { variables: { SSH_AUTH_SOCK: agent.socket } },
  }),
  "a policy that is stricter": ({ there, password }) =>
    alsoWith({ ...there, ...password, hostKeyPolicy: "accept-new" }, { hostKeyPolicy: "strict" }),
  "a check where there was none": ({ there, password }) =>
    alsoWith({ ...there, ...password, hostKeyPolicy: "off" }, { hostKeyPolicy: "accept-new" }),
  "a pin that isn't met": ({ there, password, server }) => ({
    ...alsoWith(
      { ...there, ...password, hostKeyFingerprints: [server.hostKeys[0]?.fingerprint] },
      { hostKeyFingerprints: [`SHA256:${"A".repeat(43)}`] },
    ),
    fails: "HostKeyRejected",
  }),
  "another known_hosts file": ({ there, password, file, server }) => {
    const other = file("known_hosts.other", `${server.knownHosts.join("\n")}\n`);
    return alsoWith({ ...there, ...password }, { knownHosts: [other] });
  },
  "a host key that known_hosts has no longer": ({ there, password, file }) => ({
    ...same({ ...there, ...password }),
    meanwhile: () => void file("known_hosts", ""),
  }),
  "a host key that is revoked by now": ({ there, password, server }) => ({
    ...same({ ...there, ...password }),
    meanwhile: () => {
      const lines = server.knownHosts.map((line) => `@revoked ${line}\n`);
      appendFileSync(there.knownHosts[0] ?? "", lines.join(""));
    },
    fails: "HostKeyRejected",
  }),
  "a host key that is another one by now": ({ there, password, file, server }) => ({
    ...same({ ...there, ...password }),
    meanwhile: () => {
      const [line = ""] = server.knownHosts;
      const [, blob] = readFileSync(`${makeKey("ed25519", "stranger")}.pub`, "utf8").split(" ");
      file("known_hosts", `${line.replace(/\S+$/, blob ?? "")}\n`);
    },
    fails: "HostKeyRejected",
  }),
  "other algorithms": ({ there, password }) =>
    alsoWith({ ...there, ...password }, { algorithms: { cipher: ["aes256-ctr"] } }),
  "another number of channels": ({ there, password }) =>
    alsoWith({ ...there, ...password }, { maxChannels: 1 }),
  "a proxy command": ({ there, password }) =>
    alsoWith({ ...there, ...password }, { proxyCommand: netcat }),
  "another proxy command": ({ there, password }) => ({
    first: { ...there, ...password, proxyCommand: netcat },
    second: { ...there, ...password, proxyCommand: `${netcat} # another` },
  }),
  "another environment of a proxy command": ({ there, password }) => ({
    ...same({ ...there, ...password, proxyCommand: netcat }),
    environment: { variables: { LEADS: "elsewhere" } },
  }),
  "another configuration file": ({ config, file }) => {
    const path = config();
    return {
      first: { host: "alias", config: path },
      second: { host: "alias", config: file("config.other", readFileSync(path, "utf8")) },
    };
  },
  "a configuration that says otherwise by now": ({ config }) => ({
    ...same({ host: "alias", config: config() }),
    meanwhile: () => void config("Ciphers aes256-ctr"),
  }),
  "a configuration of a jump host that says otherwise by now": ({ config }) => ({
    ...same({ host: "behind", config: config() }),
    meanwhile: () => void config("Host gate", "Ciphers aes256-ctr"),
  }),
  "another home, and thus other known_hosts": ({ there, password, folder }) => {
    const { knownHosts: _, ...rest } = there;
    return {
      ...same({ ...rest, ...password }),
      environment: { variables: { HOME: folder } },
    };
  },
  "a connection of one's own": ({ there, password }) => ({
    first: { ...there, ...password },
    second: { ...there, ...password, persist: null },
  }),
};

describe("which calls share a connection (persist)", function () {
  this.timeout(60_000);
  const scope = useScope();
  const suite = useScope("suite");
  let server: SshServer;
  /** For all pairs whose client stays where it is. */
  let settled: Daemon;

  before(async function () {
    requires(this, "sshd", "ssh");
    const config = [`TrustedUserCAKeys ${makeKey("ed25519", "user-ca")}.pub`];
    server = suite.add(await startSshd({ freshHostKeys: true, unprivileged: true, config }));
    settled = suite.add(startDaemon());
  });

  async function place(): Promise<Place> {
    const folder = scope.tempDir();
    const agent = scope.add(await startAgent());
    agent.add(server.privateKeyPath);
    const file = (name: string, text: string) => {
      const path = join(folder, name);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    };
    const { host, port, username, password, privateKeyPath } = server;
    const knownHosts = join(folder, "known_hosts");
    const key = join(folder, "user_key");
    copyFileSync(privateKeyPath, key);
    const config = (...more: string[]) =>
      file(
        "config",
        [
          ...more,
          "Host behind",
          "ProxyJump gate",
          "Host alias behind gate",
          `HostName ${host}`,
          `Port ${port}`,
          `User ${username}`,
          `IdentityFile ${key}`,
          "IdentityAgent none",
          `UserKnownHostsFile ${knownHosts}`,
          "GlobalKnownHostsFile /dev/null",
          "StrictHostKeyChecking accept-new",
          "",
        ].join("\n"),
      );
    let serial = 0;
    const certify = (name: string, ...options: string[]) => {
      const signed = join(folder, "signed");
      copyFileSync(`${privateKeyPath}.pub`, `${signed}.pub`);
      serial += 1;
      const authority = ["-s", makeKey("ed25519", "user-ca"), "-z", String(serial)];
      const args = ["-q", ...authority, "-I", "user", "-n", username, ...options, `${signed}.pub`];
      execFileSync(programPath("ssh-keygen"), args);
      renameSync(`${signed}-cert.pub`, join(folder, name));
      return join(folder, name);
    };
    return {
      server,
      agent,
      folder,
      there: { host, port, username, knownHosts: [knownHosts] },
      password: { password },
      key: { identityFiles: [key], agent: false },
      file,
      config,
      certify,
    };
  }

  /** Makes the pair's calls: whether there was one login for both. */
  async function isShared(daemon: Daemon, pair: Pair): Promise<boolean> {
    const persist = 60;
    const first = await daemon.request("ssh.new", { persist, ...pair.first });
    const before = server.accepted();
    pair.meanwhile?.();
    const second = daemon.request("ssh.new", { persist, ...pair.second });
    if (pair.fails !== undefined) {
      assert.equal((await failureOf(second)).data.kind, pair.fails);
      return false;
    }
    const other = await second;
    const command = "echo works";
    for (const { session } of [first, other]) {
      const { output } = await daemon.request("session.exec", { session, command });
      assert.equal(output, "works\n");
    }
    const { sessions } = await daemon.request("daemon.status");
    const connectionOf = ({ session }: Json) =>
      sessions.find((each: Json) => each.session === session).connection;
    const [one, two] = [connectionOf(first), connectionOf(other)];
    assert.notEqual(one, undefined);
    const made = server.accepted() - before;
    assert.equal(one === two, made === 0);
    if (made > 0) return false;
    const { session: _, warnings: __, ...told } = other;
    const { session: ___, ...expected } = first;
    assert.deepEqual(told, expected);
    return true;
  }

  /** A daemon whose client moves before its second call, where the pair says so. */
  function start(pair: Pair): Daemon {
    if (!pair.environment) return settled;
    const daemon = scope.add(startDaemon());
    const { cwd = "/", variables = {} } = pair.environment;
    const both = { HOME: daemon.home, PATH: process.env["PATH"] ?? "", ...variables };
    const { meanwhile } = pair;
    pair.meanwhile = () => {
      meanwhile?.();
      void daemon.request("initialize", { environment: { cwd, umask: 0o22, variables: both } });
    };
    return daemon;
  }

  describe("share", () => {
    for (const [name, make] of Object.entries(sharing)) {
      it(name, async () => {
        const pair = make(await place());
        const { variables } = pair.environment ?? {};
        // What the environment is to have in common.
        if (variables) {
          const daemon = scope.add(startDaemon({ env: variables }));
          assert.equal(await isShared(daemon, pair), true);
        } else assert.equal(await isShared(start(pair), pair), true);
      });
    }
  });

  describe("don't", () => {
    for (const [name, make] of Object.entries(apart)) {
      it(name, async () => {
        const pair = make(await place());
        assert.equal(await isShared(start(pair), pair), false);
      });
    }
  });
});
