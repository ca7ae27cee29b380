import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { acceptAll, acceptKey, refuseAll } from "../fixtures/fault-auth.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import type { FaultServer } from "../fixtures/fault-server.ts";
import { endlessKey } from "../fixtures/endless-key.ts";
import { isRunning, processTree } from "../fixtures/processes.ts";
import { programPath, requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startAgent } from "../fixtures/ssh-agent.ts";
import { copyKey, makeKey, readPublicKey } from "../fixtures/ssh-keys.ts";
import { until } from "../fixtures/until.ts";
import { fails, refusesParam } from "./support/fails.ts";

const passphrase = "correct horse";

describe("logging in: what is tried, what is left out, and why", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let daemon: Daemon;
  let key: string;

  before(function () {
    requires(this, "ssh");
    daemon = suite.add(startDaemon());
    key = join(suite.tempDir(), "key");
    copyKey(makeKey("ed25519", "login"), key);
  });

  const login = (server: { host: string; port: number }, params: object, to = daemon) =>
    to.request("ssh.new", { host: server.host, port: server.port, username: "alice", ...params });
  const copyOf = (from: string): string => {
    const path = join(scope.tempDir(), "key");
    copyKey(from, path);
    return path;
  };
  const lineOf = (path: string): string => {
    const { type, blob } = readPublicKey(path);
    return `${type} ${blob}`;
  };
  const serve = async (options: Parameters<typeof startFaultServer>[0]): Promise<FaultServer> =>
    scope.add(await startFaultServer(options));
  const methodsTried = async (server: FaultServer): Promise<string[]> => {
    const { records } = await server.connection(0);
    return records.flatMap((each) => (each.type === "auth" ? [each.method] : []));
  };
  const keygen = (...args: string[]) =>
    void execFileSync(programPath("ssh-keygen"), ["-q", ...args], { stdio: "ignore" });

  it("no probe: a password, and a key that is at hand, take one request each", async () => {
    const byPassword = await serve({});
    await login(byPassword, { password: byPassword.password });
    assert.deepEqual(await methodsTried(byPassword), ["password"]);
    const byKey = await serve({ authenticate: acceptKey("alice", lineOf(key)) });
    await login(byKey, { identityFiles: [key] });
    assert.deepEqual(await methodsTried(byKey), ["publickey"]);
  });

  it("a password alone: the user's agent and default keys are left alone", async () => {
    const agent = scope.add(await startAgent());
    agent.add(key);
    const own = scope.add(startDaemon({ env: { SSH_AUTH_SOCK: agent.socket } }));
    mkdirSync(join(own.home, ".ssh"), { mode: 0o700 });
    copyKey(key, join(own.home, ".ssh", "id_ed25519"));
    const server = await serve({ authenticate: refuseAll("publickey", "password") });
    await fails(login(server, { password: "x" }, own), "AuthenticationFailed", {
      tried: ["password", "none"],
      skipped: [],
    });
  });

  it("nothing named: the agent first, then the default identity files", async () => {
    const agent = scope.add(await startAgent());
    agent.add(makeKey("ed25519", "stranger"));
    const own = scope.add(startDaemon({ env: { SSH_AUTH_SOCK: agent.socket } }));
    mkdirSync(join(own.home, ".ssh"), { mode: 0o700 });
    copyKey(key, join(own.home, ".ssh", "id_ed25519"));
    const server = await serve({ authenticate: acceptKey("alice", lineOf(key)) });
    assert.equal((await login(server, {}, own)).authMethod, "publickey");
    assert.deepEqual(await methodsTried(server), ["publickey", "publickey"]);
  });

  it("a path with ~/ is one in the home of the daemon's user", async () => {
    copyKey(key, join(daemon.home, "mine"));
    const server = await serve({ authenticate: acceptKey("alice", lineOf(key)) });
    assert.equal((await login(server, { identityFiles: ["~/mine"] })).authMethod, "publickey");
  });

  it("what can't be used is told, with its reason", async () => {
    const folder = scope.tempDir();
    const written = (name: string, text: string, mode = 0o600): string => {
      writeFileSync(join(folder, name), text, { mode });
      chmodSync(join(folder, name), mode);
      return join(folder, name);
    };
    const text = readFileSync(key, "utf8");
    const encrypted = copyOf(key);
    keygen("-p", "-a", "1", "-P", "", "-N", passphrase, "-f", encrypted);
    const reasons: [string, RegExp][] = [
      [join(folder, "missing"), /^there is no such file$/],
      [written("loose", text, 0o640), /^permissions 0640 are too open/],
      [written("text", "hello\n"), /^it is no private key$/],
      [written("cut", text.slice(0, 200)), /^it is (malformed|no private key)$/],
      [written("ppk", "PuTTY-User-Key-File-3: ssh-ed25519\n"), /version 3, and malformed/],
      [written("public", lineOf(key)), /^it is a public key, and no agent holds its half$/],
      [folder, /^it can't be read: EISDIR$/],
      [encrypted, /^it is encrypted, and no passphrase was given$/],
    ];
    const server = await serve({ authenticate: refuseAll("publickey") });
    // The encrypted key is asked about first, and the server wants it.
    const wanted = await serve({ authenticate: acceptKey("alice", lineOf(key)) });
    const identityFiles = reasons.map(([path]) => path);
    await fails(login(server, { identityFiles, agent: false }), "AuthenticationFailed");
    const error = await fails(login(wanted, { identityFiles }), "AuthenticationFailed");
    for (const [path, reason] of reasons) {
      const found = error.data.skipped.find((each: Json) => each.path === path);
      assert.match(found?.reason ?? "", reason, path);
    }
  });

  it("only regular files are read: no device, and no pipe that nobody writes to", async () => {
    const pipe = join(scope.tempDir(), "pipe");
    execFileSync("mkfifo", [pipe]);
    const server = await serve({ authenticate: refuseAll("publickey") });
    // More than libuv has threads.
    const often = (path: string) => Array.from({ length: 5 }, () => path);
    const identityFiles = [
      "/dev/zero",
      ...often(pipe),
      ...often("/dev/ptmx"),
      ...often("/dev/tty"),
    ];
    const first = (await daemon.request("daemon.status")).memory.rss;
    const error = await fails(
      login(server, { identityFiles, agent: false }),
      "AuthenticationFailed",
    );
    for (const { reason } of error.data.skipped) assert.equal(reason, "it is no regular file");
    for (const path of ["/dev/zero", "/dev/ptmx", pipe]) {
      await fails(login(server, { knownHosts: [path] }), "HostKeyRejected", {
        reason: "unreadable",
      });
    }
    const last = (await daemon.request("daemon.status")).memory.rss;
    assert.ok(last - first < 400e6, `${last - first} bytes more`);
  });

  it("a wrong passphrase, and malformed text in privateKey, are told", async () => {
    const encrypted = copyOf(key);
    keygen("-p", "-a", "1", "-P", "", "-N", passphrase, "-f", encrypted);
    const server = await serve({ authenticate: acceptKey("alice", lineOf(key)) });
    await fails(
      login(server, { privateKey: readFileSync(encrypted, "utf8"), passphrase: "wrong" }),
      "AuthenticationFailed",
      { skipped: [{ path: "privateKey", reason: "the passphrase is wrong" }] },
    );
    await fails(login(server, { privateKey: "no key" }), "AuthenticationFailed", {
      skipped: [{ path: "privateKey", reason: "it is no private key" }],
    });
  });

  it("RSA signs with SHA-2", async () => {
    const rsa = copyOf(makeKey("rsa", "login"));
    const hashes: unknown[] = [];
    const accept = acceptKey("alice", lineOf(rsa));
    const server = await serve({
      authenticate: (request) => {
        if (request.method === "publickey") hashes.push(request.hashAlgo);
        accept(request);
      },
    });
    assert.equal((await login(server, { identityFiles: [rsa] })).authMethod, "publickey");
    // A slip in what ssh2's server lists hides rsa-sha2-512.
    assert.deepEqual(hashes, ["sha256"]);
  });

  describe("an agent that is of no use is left out, and the login goes on", () => {
    const reasons: [string, () => Promise<string>, RegExp][] = [
      ["dead", async () => join(scope.tempDir(), "agent"), /can't be reached: ENOENT/],
      [
        "hanging",
        async () => {
          const agent = scope.add(await startAgent());
          agent.stop();
          return agent.socket;
        },
        /didn't answer within 5 s/,
      ],
      ["closing", () => fakeAgent((_, end) => end()), /closed the connection/],
      ["talking nonsense", () => fakeAgent((write) => write(Buffer.alloc(64, 0xff))), /nonsense/],
      [
        "that cuts its list short",
        () => fakeAgent((write) => write(Buffer.from([0, 0, 0, 5, 12, 0, 0, 0, 9]))),
        /nonsense/,
      ],
      [
        "that answers more than it was asked",
        () => fakeAgent((write) => write(Buffer.from([0, 0, 0, 1, 5, 0, 0, 0, 1, 5]))),
        /nonsense/,
      ],
      [
        "that answers at length",
        () => fakeAgent((write) => write(Buffer.from([0, 4, 0, 1, 12]))),
        /nonsense/,
      ],
      ["that refuses", () => fakeAgent((write) => write(Buffer.from([0, 0, 0, 1, 5]))), /refused/],
    ];
    for (const [what, start, reason] of reasons) {
      it(what, async () => {
        const agent = await start();
        const server = await serve({ authenticate: refuseAll("password") });
        const params = { agent, password: "wrong" };
        const error = await fails(login(server, params), "AuthenticationFailed", {
          tried: ["password", "none"],
        });
        assert.equal(error.data.skipped[0].path, "agent");
        assert.match(error.data.skipped[0].reason, reason);
      });
    }

    it("not there: agent true without SSH_AUTH_SOCK", async () => {
      const server = await serve({ authenticate: refuseAll("publickey") });
      await fails(login(server, { agent: true }), "AuthenticationFailed", {
        skipped: [{ path: "agent", reason: "SSH_AUTH_SOCK is not set" }],
      });
    });

    async function fakeAgent(
      answer: (write: (bytes: Buffer) => void, end: () => void) => void,
    ): Promise<string> {
      const path = join(scope.tempDir(), "agent");
      const server = createServer((socket) => {
        socket.on("error", () => {});
        socket.once("data", () =>
          answer(
            (bytes) => void socket.write(bytes),
            () => void socket.end(),
          ),
        );
      });
      await new Promise<void>((resolve) => server.listen(path, resolve));
      scope.defer(() => server.close());
      return path;
    }
  });

  it("a deadline that passes with a hanging agent: Timeout while authenticating", async () => {
    const agent = scope.add(await startAgent());
    agent.stop();
    const server = await serve({});
    await fails(login(server, { agent: agent.socket, timeout: 0.7 }), "Timeout", {
      phase: "authenticate",
    });
  });

  it("decrypts off the main thread: the daemon answers meanwhile", async () => {
    const slow = copyOf(key);
    keygen("-p", "-P", "", "-N", passphrase, "-a", "32", "-f", slow);
    let ready!: () => void;
    const exchanged = new Promise<void>((resolve) => (ready = resolve));
    const server = await serve({
      authenticate: acceptKey("alice", lineOf(key)),
      service: (_, accept) => {
        accept();
        ready();
      },
    });
    const done = login(server, { identityFiles: [slow], passphrase });
    await exchanged;
    for (let n = 0; n < 3; n++) await daemon.request("daemon.status");
    // The signature can't have been made yet.
    assert.deepEqual(await methodsTried(server), []);
    assert.equal((await done).authMethod, "publickey");
    assert.deepEqual(await methodsTried(server), ["publickey"]);
  });

  describe("a key that takes hours to decrypt", () => {
    const secrets = { privateKey: endlessKey(), passphrase };
    const children = (own: Daemon) => processTree(own.pid).slice(1);

    before(function () {
      requires(this, "proc");
    });

    it("takes no time of the CPU any more when its call has ended", async () => {
      const own = scope.add(startDaemon());
      const server = await serve({ authenticate: refuseAll("publickey") });
      await fails(login(server, { ...secrets, timeout: 1 }, own), "Timeout");
      await until(() => children(own).length === 0, "the decryption has ended");
    });

    it("gets no Ctrl-C that is for the daemon's process group", async () => {
      const own = scope.add(startDaemon());
      const server = await serve({ authenticate: refuseAll("publickey") });
      const done = login(server, { ...secrets, timeout: 2 }, own).catch(() => {});
      await until(() => children(own).length > 0, "the decryption has begun");
      // proc_pid_stat(5): the process group is the fifth field, the third behind the name.
      const groupOf = (pid: number) =>
        readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[2];
      const groups = children(own).map(groupOf);
      assert.ok(!groups.includes(groupOf(own.pid)), groups.join());
      await done;
    });

    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      it(`doesn't outlive the daemon, nor hold it: ${signal}`, async () => {
        const own = scope.add(startDaemon());
        const server = await serve({ authenticate: refuseAll("publickey") });
        const done = login(server, secrets, own).catch(() => {});
        await until(() => children(own).length > 0, "the decryption has begun");
        const pids = children(own);
        own.signal(signal);
        const { code } = await own.exit;
        assert.equal(code, signal === "SIGTERM" ? 0 : null);
        await until(() => !pids.some(isRunning), "the decryption has ended");
        await done;
      });
    }
  });

  it("a password that has expired is told as such", async () => {
    const server = await serve({
      authenticate: (request) => {
        if (request.method === "password") request.requestChange("Choose another:", () => {});
        else request.reject(["password"]);
      },
    });
    const error = await fails(login(server, { password: "old" }), "AuthenticationFailed");
    assert.match(
      error.message,
      /: permission denied: the password has expired: log in with a terminal/,
    );
  });

  it("methods that are no names are told without what a terminal would obey", async () => {
    const server = await serve({
      authenticate: (request) =>
        request.reject(["\u001b[2Jpassword\u0007" as "password", "publickey"]),
    });
    await fails(login(server, { password: "x" }), "AuthenticationFailed", {
      methods: ["[2Jpassword", "publickey"],
    });
  });

  it("a server that wants ever more factors is left", async () => {
    const server = await serve({
      authenticate: (request) => request.reject(["password", "keyboard-interactive"], true),
    });
    await fails(login(server, { password: "x" }), "AuthenticationFailed");
  });

  it("keys by the thousand are not tried: six attempts, and the rest is told", async () => {
    const files = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => copyOf(makeKey("ed25519", `crowd-${n}`)));
    const server = await serve({ authenticate: refuseAll("publickey") });
    const error = await fails(login(server, { identityFiles: files }), "AuthenticationFailed", {
      tried: Array.from({ length: 6 }, () => "publickey"),
    });
    const left = error.data.skipped.map((each: Json) => each.path);
    assert.deepEqual(left, files.slice(6));
  });

  it("no secret is in any log, error or status", async () => {
    const own = scope.add(startDaemon({ args: ["--log-level", "debug"] }));
    const encrypted = copyOf(key);
    keygen("-p", "-a", "1", "-P", "", "-N", passphrase, "-f", encrypted);
    const text = readFileSync(encrypted, "utf8");
    const server = await serve({ authenticate: acceptAll });
    const refusing = await serve({ authenticate: refuseAll("publickey", "password") });
    const secrets = { password: "battery-staple", privateKey: text, passphrase };
    await login(server, secrets, own);
    await own.request("daemon.status");
    await fails(login(refusing, secrets, own), "AuthenticationFailed");
    await refusesParam(login(server, { ...secrets, agent: 1 }, own), "agent");
    await own.close();
    const said = own.stderr() + JSON.stringify(own.messages);
    for (const secret of ["battery-staple", passphrase, text.split("\n")[2] as string]) {
      assert.ok(!said.includes(secret));
    }
  });
});
