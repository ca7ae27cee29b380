import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { before, describe, it } from "mocha";
import { makeAccount } from "../fixtures/account.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { refuseAll } from "../fixtures/fault-auth.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startAgent } from "../fixtures/ssh-agent.ts";
import { makeKey } from "../fixtures/ssh-keys.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { useDaemons } from "../fixtures/used-daemons.ts";
import { fails, refusesParam } from "./support/fails.ts";
import { startRawServer } from "./support/raw-server.ts";
import { address, Session } from "./support/session.ts";

describe("the user's configuration", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let servers: [SshServer, SshServer, SshServer];

  before(async function () {
    requires(this, "sshd", "ssh");
    const start = async () =>
      suite.add(await startSshd({ freshHostKeys: true, unprivileged: true }));
    servers = [await start(), await start(), await start()];
  });

  const start = useDaemons();
  /** Writes a configuration file: its path, and where it has new hosts recorded. */
  const configFile = (lines: string[]) => {
    const folder = scope.tempDir();
    const config = join(folder, "config");
    const knownHosts = join(folder, "known_hosts");
    const always = [`UserKnownHostsFile ${knownHosts}`, "GlobalKnownHostsFile /dev/null"];
    writeFileSync(config, [...lines, "Host *", ...always].join("\n"));
    return { config, knownHosts, folder };
  };
  const hostLines = (alias: string, server: SshServer, more: string[] = []) => [
    `Host ${alias}`,
    `HostName ${server.host}`,
    `Port ${server.port}`,
    `User ${server.username}`,
    `IdentityFile ${server.privateKeyPath}`,
    ...more,
  ];
  const login = (daemon: Daemon, params: object): Promise<Json> =>
    daemon.request("ssh.new", params);
  const open = async (daemon: Daemon, params: object) =>
    new Session(daemon, (await login(daemon, params)).session);
  const allGone = (list: readonly SshServer[] = servers) =>
    until(() => list.every((server) => server.connections().length === 0), "all is closed");

  describe("leads where ssh goes", () => {
    /** Every alias below, and the server that it leads to. */
    const aliases: Record<string, number> = {
      first: 0,
      "second-by-jump": 1,
      "third-by-two": 2,
      "third-by-chain": 2,
      "third-by-address": 2,
      included: 1,
      "matched.example": 2,
      "by-command": 1,
      "pattern-x": 0,
    };
    const lines = (folder: string): string[] => {
      const [first, second, third] = servers;
      const { host, port, username } = first;
      const extra = join(folder, "extra");
      writeFileSync(extra, hostLines("included", second, ["ProxyJump first"]).join("\n"));
      return [
        "StrictHostKeyChecking accept-new",
        `Include ${extra}`,
        ...hostLines("first", first),
        ...hostLines("second-by-jump", second, ["ProxyJump first"]),
        ...hostLines("third-by-two", third, ["ProxyJump first,second-by-jump"]),
        // The hop has a jump host of its own.
        ...hostLines("third-by-chain", third, ["ProxyJump second-by-jump"]),
        ...hostLines("third-by-address", third, [`ProxyJump ${username}@${host}:${port}`]),
        ...hostLines("by-command", second, [`ProxyCommand ssh -F %d/none -W %h:%p first`]),
        "Host pattern-? !pattern-y",
        ...hostLines("pattern-x", first).slice(1),
        "Match originalhost matched.example",
        ...hostLines("", third, ["ProxyJump first"]).slice(1),
        `Match host ${host}`,
        `IdentityFile ${first.privateKeyPath}`,
      ];
    };

    for (const [alias, index] of Object.entries(aliases)) {
      it(alias, async () => {
        const folder = scope.tempDir();
        const plain = lines(folder);
        const { config } = configFile(plain);
        // The command has to name the file that it stands in.
        const text = readFileSync(config, "utf8").replace("%d/none", config);
        writeFileSync(config, text);
        const server = servers[index] as SshServer;
        const command = "echo $HOME ${SSH_CONNECTION##* }";
        const ssh = promisify(execFile)("ssh", [
          "-F",
          config,
          "-o",
          "BatchMode=yes",
          alias,
          command,
        ]);
        const daemon = start();
        const session = await open(daemon, { host: alias, config });
        const ours = await session.output(command);
        assert.equal(ours, (await ssh).stdout);
        assert.equal(ours, `${server.home} ${server.port}\n`);
        const { sessions } = await daemon.request("daemon.status");
        assert.deepEqual(
          sessions.map(({ session: handle, host, port, username }: Json) => ({
            handle,
            host,
            port,
            username,
          })),
          [
            {
              handle: session.handle,
              host: server.host,
              port: server.port,
              username: server.username,
            },
          ],
        );
        await session.free();
        await allGone();
      });
    }
  });

  it("true stands for the files that ssh reads", async () => {
    const [first] = servers;
    const ids = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
    const { home, env } = makeAccount(scope.tempDir(), ids);
    mkdirSync(join(home, ".ssh"));
    // The user's name is that of the machine's account, where nothing says otherwise.
    const lines = hostLines("a", first).filter((line) => !line.startsWith("User "));
    writeFileSync(join(home, ".ssh/config"), lines.join("\n"), { mode: 0o600 });
    const session = await open(start({ env }), { host: "a", config: true });
    assert.equal(await session.output("echo $HOME"), `${first.home}\n`);
  });

  it("what the call names wins", async () => {
    const daemon = start();
    const [first, second, third] = servers;
    const { config } = configFile(hostLines("a", first, ["ProxyJump nowhere.invalid"]));
    const { port, password } = second;
    const outer = await open(daemon, address(third));
    const session = await open(daemon, { host: "a", config, port, password, via: outer.handle });
    assert.equal(await session.output("echo $HOME"), `${second.home}\n`);
    const params = { host: "a", config, username: "nobody", via: outer.handle };
    await fails(login(daemon, params), "AuthenticationFailed");
  });

  it("lists what is not honoured and differs from OpenSSH's defaults", async () => {
    const daemon = start();
    const [first, second] = servers;
    const { config } = configFile([
      ...hostLines("gate", first, ["Compression yes"]),
      ...hostLines("a", second, [
        "ForwardAgent yes",
        "SendEnv LANG",
        "SendEnv LC_*",
        "TCPKeepAlive yes",
      ]),
      "ProxyJump gate",
    ]);
    const { ignored } = await login(daemon, { host: "a", config });
    assert.deepEqual(ignored.toSorted(), [
      "forwardagent yes",
      "gate: compression yes",
      "sendenv LANG",
      "sendenv LC_*",
    ]);
    const plain = configFile(hostLines("a", first));
    assert.deepEqual((await login(daemon, { host: "a", config: plain.config })).ignored, []);
    assert.equal((await login(daemon, address(first))).ignored, undefined);
  });

  it("known_hosts: its own files, HostKeyAlias and StrictHostKeyChecking", async () => {
    const daemon = start();
    const [first] = servers;
    const named = configFile(hostLines("a", first, ["HostKeyAlias the-first"]));
    const strict = ["StrictHostKeyChecking yes", "HostKeyAlias the-first"];
    const { config } = configFile(hostLines("a", first, strict));
    await fails(login(daemon, { host: "a", config }), "HostKeyRejected", { reason: "unknown" });
    const { hostKey } = await login(daemon, { host: "a", config: named.config });
    assert.equal(hostKey.status, "recorded");
    assert.match(readFileSync(named.knownHosts, "utf8"), /^the-first ssh-ed25519 /);
    assert.ok(!existsSync(join(daemon.home, ".ssh/known_hosts")));
    const { knownHosts } = named;
    const known = await login(daemon, { host: "a", config, knownHosts: [knownHosts] });
    assert.equal(known.hostKey.status, "known");
    const off = configFile(hostLines("a", first, ["StrictHostKeyChecking no"]));
    assert.equal(
      (await login(daemon, { host: "a", config: off.config })).hostKey.status,
      "unchecked",
    );
    const none = configFile(["UserKnownHostsFile none", ...hostLines("a", first)]);
    const unrecorded = await login(daemon, { host: "a", config: none.config });
    assert.equal(unrecorded.hostKey.status, "unrecorded");
  });

  it("a HostKeyAlias that known_hosts would read as a pattern stands for nothing but itself", async () => {
    const daemon = start();
    const [first, second] = servers;
    const alias = 'HostKeyAlias "*"';
    const { config, knownHosts } = configFile([
      ...hostLines("a", first, [alias]),
      ...hostLines("b", second, []),
    ]);
    const status = async (host: string) => (await login(daemon, { host, config })).hostKey.status;
    assert.equal(await status("a"), "recorded");
    assert.match(readFileSync(knownHosts, "utf8"), /^\|1\|\S+ ssh-ed25519 \S+\n$/);
    assert.equal(await status("b"), "recorded");
    assert.equal(await status("a"), "known");
  });

  it("what ssh can't be started with is InvalidParams", async () => {
    const params = { host: "a", username: "x".repeat(200_000), config: "/dev/null" };
    await refusesParam(login(start(), params), "config");
  });

  it("a man in the middle behind a configured jump is refused, and the jump host's session ends", async () => {
    const daemon = start();
    const [first, second, third] = servers;
    const { config, knownHosts } = configFile([
      ...hostLines("gate", first),
      ...hostLines("a", second, ["ProxyJump gate"]),
    ]);
    const key = third.hostKeys[0];
    writeFileSync(knownHosts, `[${second.host}]:${second.port} ${key?.type} ${key?.blob}\n`);
    await fails(login(daemon, { host: "a", config }), "HostKeyRejected", { reason: "changed" });
    await allGone();
  });

  it("with a client that can be asked, unknown host keys are asked about at each hop", async () => {
    const daemon = start();
    const [first, second] = servers;
    const { config } = configFile([
      ...hostLines("gate", first),
      ...hostLines("a", second, ["ProxyJump gate"]),
    ]);
    const asked: number[] = [];
    daemon.onRequest = (_method, { port, hostKey }) => {
      assert.equal(hostKey.reason, "unknown");
      asked.push(port);
      return { accept: true };
    };
    await daemon.request("initialize", { capabilities: { prompt: true } });
    await login(daemon, { host: "a", config });
    assert.deepEqual(asked, [first.port, second.port]);
  });

  it("where nobody is asked, new host keys are recorded, and the reply says who is logged in where", async () => {
    const daemon = start();
    const [first] = servers;
    const { config, knownHosts } = configFile(hostLines("a", first));
    daemon.onRequest = () => assert.fail("asked");
    await daemon.request("initialize", { capabilities: { prompt: true } });
    const session = await login(daemon, { host: "a", config, prompt: false });
    assert.equal(session.hostKey.status, "recorded");
    assert.notEqual(readFileSync(knownHosts, "utf8"), "");
    const { host, port, username } = session;
    assert.deepEqual(
      { host, port, username },
      { host: first.host, port: first.port, username: first.username },
    );
  });

  it("IdentityAgent, IdentitiesOnly and IdentityFile's tokens", async () => {
    const [first] = servers;
    const agent = scope.add(await startAgent());
    agent.add(first.privateKeyPath);
    const daemon = start({ env: { THE_AGENT: agent.socket, KEY: first.privateKeyPath } });
    const lines = hostLines("a", first).filter((line) => !line.startsWith("IdentityFile"));
    const accepted = async (more: string[]) => {
      const { config } = configFile([...lines, ...more]);
      return login(daemon, { host: "a", config }).then(
        () => true,
        (error: Json) => {
          assert.equal(error.data?.kind, "AuthenticationFailed", error.message);
          return false;
        },
      );
    };
    assert.equal(await accepted([]), false);
    assert.equal(await accepted([`IdentityAgent ${agent.socket}`]), true);
    assert.equal(await accepted(["IdentityAgent $THE_AGENT"]), true);
    assert.equal(await accepted(["IdentityAgent $THE_AGENT", "IdentitiesOnly yes"]), false);
    assert.equal(await accepted(["IdentityFile ${KEY}"]), true);
    const other = makeKey("ed25519", "other");
    assert.equal(await accepted([`IdentityFile ${other}`]), false);
  });

  it("ConnectTimeout, unless the call has its own", async () => {
    const daemon = start();
    const silent = await startRawServer(scope);
    const server = { ...servers[0], host: silent.host, port: silent.port };
    const { config } = configFile(hostLines("a", server, ["ConnectTimeout 1"]));
    await fails(login(daemon, { host: "a", config }), "Timeout", { seconds: 1, phase: "banner" });
    const params = { host: "a", config, timeout: 0.2 };
    await fails(login(daemon, params), "Timeout", { seconds: 0.2 });
  });

  it("ServerAliveInterval and ServerAliveCountMax", async () => {
    const daemon = start();
    const server = scope.add(await startSshd({ unprivileged: true }));
    const alive = ["ServerAliveInterval 1", "ServerAliveCountMax 1"];
    const { config } = configFile(hostLines("a", server, alive));
    await login(daemon, { host: "a", config });
    server.stop();
    const { params } = await daemon.waitFor(({ method }) => method === "session/closed");
    assert.equal(params.reason.kind, "KeepaliveTimeout");
  });

  it("when a configured jump host dies, the session is lost, and nothing stays open", async () => {
    const daemon = start();
    const [first, second] = servers;
    const { config } = configFile([
      ...hostLines("gate", first),
      ...hostLines("a", second, ["ProxyJump gate"]),
    ]);
    await login(daemon, { host: "a", config });
    first.kill();
    const { params } = await daemon.waitFor(({ method }) => method === "session/closed");
    assert.equal(params.reason.kind, "ConnectionLost");
    await allGone();
  });

  describe("which methods, and how often", () => {
    const serve = async () =>
      scope.add(
        await startFaultServer({
          authenticate: refuseAll("publickey", "password", "keyboard-interactive"),
        }),
      );
    /** What is tried of all three methods with these lines. */
    const tried = async (more: string[], params: object = {}) => {
      const { host, port } = await serve();
      const key = servers[0].privateKeyPath;
      const lines = [`HostName ${host}`, `Port ${port}`, "User a", `IdentityFile ${key}`, ...more];
      const { config } = configFile(["Host a", ...lines]);
      const daemon = start();
      let asked = 0;
      daemon.onRequest = () => {
        asked += 1;
        return { answers: ["wrong"] };
      };
      await daemon.request("initialize", { capabilities: { prompt: true } });
      const login_ = login(daemon, { host: "a", config, hostKeyPolicy: "off", ...params });
      const error = await fails(login_, "AuthenticationFailed");
      const { data, message } = error;
      return { tried: data.tried, asked, message };
    };
    const password = "given";

    it("PreferredAuthentications: no others, in this order", async () => {
      const some = await tried(["PreferredAuthentications password,publickey"], { password });
      const passwords = ["password", "password", "password"];
      assert.deepEqual(some.tried, [...passwords, "publickey", "none"]);
      assert.match(some.message, /the configuration leaves out keyboard-interactive$/);
      const keys = await tried(["PreferredAuthentications publickey"], { password });
      assert.deepEqual([keys.tried, keys.asked], [["publickey", "none"], 0]);
    });

    it("those that are off", async () => {
      const off = ["PubkeyAuthentication no", "KbdInteractiveAuthentication no"];
      const { tried: methods, message } = await tried([...off, "NumberOfPasswordPrompts 1"]);
      assert.deepEqual(methods, ["none", "password"]);
      assert.match(message, /leaves out publickey, keyboard-interactive$/);
      const no = ["PasswordAuthentication no", "PubkeyAuthentication no"];
      const { tried: questions } = await tried([...no, "NumberOfPasswordPrompts 2"]);
      assert.deepEqual(questions, ["none", "keyboard-interactive", "keyboard-interactive"]);
    });

    it("BatchMode: nobody is asked, and an unknown host key is refused", async () => {
      const { tried: methods, asked } = await tried(["BatchMode yes"]);
      assert.deepEqual([methods, asked], [["publickey", "none"], 0]);
      const { config } = configFile(hostLines("a", servers[0], ["BatchMode yes"]));
      const refused = login(start(), { host: "a", config });
      await fails(refused, "HostKeyRejected", { reason: "unknown" });
    });
  });

  it("RevokedHostKeys, and HashKnownHosts", async () => {
    const daemon = start();
    const [first] = servers;
    const key = first.hostKeys[0];
    const list = join(scope.tempDir(), "revoked");
    const { config } = configFile(hostLines("a", first, [`RevokedHostKeys ${list}`]));
    const refused = (reason: string) =>
      fails(login(daemon, { host: "a", config }), "HostKeyRejected", { reason });
    await refused("unreadable");
    writeFileSync(list, "SSHKRL\n\0");
    await refused("unreadable");
    writeFileSync(list, `# gone\n${key?.type} ${key?.blob} comment\n`);
    await refused("revoked");
    writeFileSync(list, "# none\n");
    assert.equal((await login(daemon, { host: "a", config })).hostKey.status, "recorded");
    const hashed = configFile(hostLines("a", first, ["HashKnownHosts yes"]));
    const params = { host: "a", config: hashed.config };
    assert.equal((await login(daemon, params)).hostKey.status, "recorded");
    assert.match(readFileSync(hashed.knownHosts, "utf8"), /^\|1\|\S+ ssh-ed25519 \S+\n$/);
    assert.equal((await login(daemon, params)).hostKey.status, "known");
    const name = `[${first.host}]:${first.port}`;
    const find = ["-F", name, "-f", hashed.knownHosts];
    const { stdout } = await promisify(execFile)("ssh-keygen", find);
    assert.ok(stdout.includes(key?.blob as string));
  });

  it("AddressFamily and BindAddress", async function () {
    requires(this, "proc");
    const daemon = start();
    const [first] = servers;
    const bound = configFile(hostLines("a", first, ["BindAddress 127.0.0.2"]));
    const session = await open(daemon, { host: "a", config: bound.config });
    assert.equal(await session.output("echo ${SSH_CONNECTION%% *}"), "127.0.0.2\n");
    const local = { ...first, host: "localhost" };
    const six = configFile(hostLines("a", local, ["AddressFamily inet6"]));
    await fails(login(daemon, { host: "a", config: six.config }), "ConnectFailed");
    const four = configFile(hostLines("a", local, ["AddressFamily inet"]));
    await open(daemon, { host: "a", config: four.config });
  });

  describe("where there is no ssh", () => {
    const without = (options: { env?: Record<string, string> } = {}) =>
      start({ env: { ...options.env, PATH: "/nonexistent" } });

    it("the files are read: over a jump host, by a named file and by the user's own", async () => {
      const [first, second] = servers;
      const lines = [
        ...hostLines("gate", first),
        ...hostLines("a", second, ["ProxyJump gate", "ForwardAgent yes"]),
      ];
      const { config } = configFile(lines);
      const daemon = without();
      const { session, ignored } = await login(daemon, { host: "a", config });
      const output = await new Session(daemon, session).output("echo $HOME");
      assert.equal(output, `${second.home}\n`);
      assert.deepEqual(ignored, ["forwardagent yes"]);
      mkdirSync(join(daemon.home, ".ssh"), { mode: 0o700, recursive: true });
      const own = join(daemon.home, ".ssh/config");
      const at = (name: string) => join(daemon.home, ".ssh", name);
      writeFileSync(at("mine.conf"), lines.join("\n"), { mode: 0o600 });
      writeFileSync(own, "Include *.conf\n", { mode: 0o600 });
      const byOwn = await open(daemon, { host: "a", config: true });
      assert.equal(await byOwn.output("echo $HOME"), `${second.home}\n`);
      chmodSync(own, 0o666);
      const error = await refusesParam(login(daemon, { host: "a", config: true }), "config");
      assert.match(error.message, /permissions/);
    });

    it("Match exec is refused, and so is a file that isn't there", async () => {
      const daemon = without();
      const mark = join(scope.tempDir(), "mark");
      const { config } = configFile([`Match exec "touch ${mark}"`, ...hostLines("a", servers[0])]);
      const error = await refusesParam(login(daemon, { host: "a", config }), "config");
      assert.match(error.message, /line 1: Match exec needs OpenSSH's client/);
      assert.ok(!existsSync(mark));
      await refusesParam(login(daemon, { host: "a", config: "/nonexistent" }), "config");
    });
  });

  describe("is InvalidParams", () => {
    it("where it passes its connection as a file descriptor", async () => {
      const { config } = configFile(["ProxyCommand true", "ProxyUseFdpass yes"]);
      await refusesParam(login(start(), { host: "a", config }), "config");
    });

    it("where the file isn't there, or is faulty", async () => {
      const daemon = start();
      await refusesParam(login(daemon, { host: "a", config: "/nonexistent" }), "config");
      const { config } = configFile(["Bogus yes"]);
      const error = await refusesParam(login(daemon, { host: "a", config }), "config");
      assert.match(error.message, /bogus/i);
    });

    it("where its jump hosts lead round in circles", async () => {
      const daemon = start();
      const { config } = configFile(["Host *", "ProxyJump b"]);
      await refusesParam(login(daemon, { host: "a", config }), "config");
    });

    it("where it is empty; and without it, or with false, a user name is needed", async () => {
      const daemon = start();
      await refusesParam(login(daemon, { host: "a", config: "" }), "config");
      await refusesParam(login(daemon, { host: "a", config: false }), "username");
      await refusesParam(login(daemon, { host: "a" }), "username");
    });
  });
});
