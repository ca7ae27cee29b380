import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { isRunning, processTree, signal } from "../fixtures/processes.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { fails, refusesParam } from "./support/fails.ts";
import { readKnownHosts, writeKnownHosts } from "./support/known-hosts.ts";
import { startRawServer } from "./support/raw-server.ts";
import { address, Session } from "./support/session.ts";

/** As `nc HOST PORT`, on any machine that runs the tests. */
const relay = `const s=require("net").connect(...process.argv.slice(-2));process.stdin.pipe(s).pipe(process.stdout)`;
const netcat = `'${process.execPath}' -e '${relay}' %p %h`;

describe("ways to a server", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let sshd: SshServer;

  before(async function () {
    requires(this, "sshd", "proc");
    sshd = suite.add(await startSshd({ unprivileged: true }));
  });

  const start = (): Daemon => scope.add(startDaemon());
  const login = (daemon: Daemon, params: object): Promise<Json> =>
    daemon.request("ssh.new", { ...address(sshd), ...params });
  const open = async (daemon: Daemon, params: object) =>
    new Session(daemon, (await login(daemon, params)).session);
  /** The daemon's own processes, but itself. */
  const children = (daemon: Daemon): number[] => processTree(daemon.pid).slice(1);
  /** None is left, and none is a zombie that nobody has reaped. */
  const noneLeft = (daemon: Daemon) =>
    until(() => children(daemon).length === 0, "the proxy command is gone");

  describe("proxyCommand", () => {
    it("is the connection, ends with the session, and leaves no zombie", async () => {
      const daemon = start();
      const session = await open(daemon, { proxyCommand: netcat });
      assert.equal(await session.output("echo $HOME"), `${sshd.home}\n`);
      assert.equal(readKnownHosts(daemon), `${sshd.knownHosts[0]}\n`);
      assert.equal(children(daemon).length, 1);
      await session.free();
      await noneLeft(daemon);
      await until(() => sshd.connections().length === 0, "the connection is closed");
    });

    it("carries much in both directions, byte for byte", async () => {
      const session = await open(start(), { proxyCommand: netcat });
      const data = Buffer.alloc(5_000_000, "0123456789abc").toString("base64");
      await session.send(data, "big", { encoding: "base64" });
      assert.ok((await session.recv("big", { encoding: "base64" })).data === data);
    });

    it("has ssh_config(5)'s tokens", async () => {
      const daemon = start();
      const file = join(daemon.home, "tokens");
      const proxyCommand = `sh -c 'echo "%h %n %p %r %%h" >${file}; exit 3'`;
      await fails(login(daemon, { proxyCommand }), "ConnectFailed", { stderr: "" });
      const { host, port, username } = sshd;
      assert.equal(readFileSync(file, "utf8"), `${host} ${host} ${port} ${username} %h\n`);
    });

    it("one that fails: its last words are in the error, control characters removed", async () => {
      const daemon = start();
      const proxyCommand = `sh -c 'yes first | head -n 5000 >&2; printf "no \\033[31mroute\\a\\n" >&2; exit 7'`;
      const error = await fails(login(daemon, { proxyCommand }), "ConnectFailed", {
        stderr: /first\nno \[31mroute$/,
        dispatched: "no",
      });
      assert.match(error.message, /ended \(7\) .*; the proxy command said: .*first no \[31mroute$/);
      assert.ok(error.data.stderr.length <= 4096);
      await noneLeft(daemon);
    });

    it("one that isn't there", async () => {
      const proxyCommand = "/nonexistent/command %h";
      await fails(login(start(), { proxyCommand }), "ConnectFailed", { stderr: /not found/ });
    });

    it("one that ends before a server answers is ConnectFailed, whatever it wrote", async () => {
      const proxyCommand = "sh -c 'echo oops >&2; echo hello'";
      const error = await fails(login(start(), { proxyCommand }), "ConnectFailed", {
        stderr: "oops",
      });
      assert.match(error.message, /ended \(0\)/);
    });

    it("one that ends and leaves another, which holds its stderr: its status is told", async () => {
      const daemon = start();
      const proxyCommand = "sh -c 'sleep 2 </dev/null >/dev/null & echo gone >&2; exit 7'";
      const error = await fails(login(daemon, { proxyCommand }), "ConnectFailed", {
        stderr: "gone",
      });
      assert.match(error.message, /ended \(7\)/);
    });

    it("one that goes on and speaks another protocol is HandshakeFailed", async () => {
      const daemon = start();
      const proxyCommand = "sh -c 'echo oops >&2; echo SSH-1.5-old; exec sleep 1000'";
      const { message } = await fails(login(daemon, { proxyCommand }), "HandshakeFailed", {
        stderr: "oops",
      });
      assert.match(message, /; the proxy command said: oops$/);
      await noneLeft(daemon);
    });

    it("is killed at the deadline, TERM ignored or not", async () => {
      const daemon = start();
      const proxyCommand = `sh -c 'trap "" TERM; echo waiting >&2; while :; do sleep 0.1; done'`;
      // Loaded before, whatever the machine has to do.
      await fails(login(daemon, { proxyCommand: "exit 1" }), "ConnectFailed");
      await fails(login(daemon, { proxyCommand, timeout: 2 }), "Timeout", {
        phase: "banner",
        stderr: "waiting",
      });
      await noneLeft(daemon);
    });

    it("is killed when the call is cancelled", async () => {
      const daemon = start();
      const params = { ...address(sshd), proxyCommand: "sleep 1000" };
      await daemon.send({ id: "c", method: "ssh.new", params });
      await until(() => children(daemon).length === 1, "the command runs");
      await daemon.notify("$/cancelRequest", { id: "c" });
      await fails(daemon.reply("c"), "Cancelled");
      await noneLeft(daemon);
    });

    it("when it dies, the session is lost", async () => {
      const daemon = start();
      const session = await open(daemon, { proxyCommand: netcat });
      const running = fails(session.exec("sleep 100", { pty: {} }), "ConnectionLost");
      await until(() => sshd.commands().length > 0, "the command runs");
      process.kill(children(daemon)[0] as number, "SIGKILL");
      await running;
      const { params } = await daemon.waitFor(({ method }) => method === "session/closed");
      assert.equal(params.reason.kind, "ConnectionLost");
    });

    it("one that ends with the session in use: its last words are told", async () => {
      const daemon = start();
      const folder = scope.tempDir();
      // The relay ends as the file appears, and the shell that waits for it has the last word.
      const end = join(folder, "end");
      const watch = `require("fs").watch("${folder}",()=>process.exit());`;
      const mortal = netcat.replace("-e '", `-e '${watch}`);
      const proxyCommand = `sh -c '${mortal.replaceAll("'", `'"'"'`)}; echo "link down" >&2'`;
      const session = await open(daemon, { proxyCommand });
      const running = fails(session.exec("sleep 100"), "ConnectionLost", { stderr: "link down" });
      await until(() => sshd.commands().length > 0, "the command runs");
      writeFileSync(end, "");
      await running;
      const { params } = await daemon.waitFor(({ method }) => method === "session/closed");
      assert.equal(params.reason.stderr, "link down");
    });

    it("does not outlive the daemon", async () => {
      const daemon = start();
      await open(daemon, { proxyCommand: netcat });
      const pids = children(daemon);
      assert.equal((await daemon.close()).code, 0);
      await until(() => !pids.some(isRunning), "the proxy command is gone");
    });

    /** The relay, with a say of its own about its end. */
    const relayWith = (more: string): string => {
      const file = join(scope.tempDir(), "relay.cjs");
      writeFileSync(file, `${more}\nprocess.stdout.on("error", () => {});\n${relay}`);
      return `'${process.execPath}' '${file}' %p %h`;
    };

    it("nor does one that ignores TERM", async () => {
      const daemon = start();
      const stubborn = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);';
      await open(daemon, { proxyCommand: relayWith(stubborn) });
      const pids = children(daemon);
      scope.defer(() => pids.forEach((pid) => signal(pid, "SIGKILL")));
      assert.equal((await daemon.close()).code, 0);
      await until(() => !pids.some(isRunning), "the proxy command is gone");
    });

    it("has time to end by TERM when the daemon does", async () => {
      const daemon = start();
      const file = join(scope.tempDir(), "farewell");
      const write = `require("fs").writeFileSync(${JSON.stringify(file)}, "bye"); process.exit();`;
      const polite = `process.on("SIGTERM", () => setTimeout(() => { ${write} }, 100));`;
      await open(daemon, { proxyCommand: relayWith(`${polite} setInterval(() => {}, 1000);`) });
      daemon.signal("SIGTERM");
      assert.equal((await daemon.exit).code, 0);
      assert.equal(readFileSync(file, "utf8"), "bye");
    });

    it("nor one that is killed", async () => {
      const daemon = start();
      await open(daemon, { proxyCommand: netcat });
      const pids = children(daemon);
      await daemon.kill();
      await until(() => !pids.some(isRunning), "the proxy command is gone");
    });

    for (const host of ["$(touch${IFS}pwned)", "a;b", "`id`", "a|b", "a'b"]) {
      it(`a host that a shell would take for more than a name is refused: ${host}`, async () => {
        await refusesParam(login(start(), { host, proxyCommand: "cat # %h" }), "host");
      });
    }

    it("and so is such a user name", async () => {
      const params = { username: "a b;c", proxyCommand: "cat # %r" };
      await refusesParam(login(start(), params), "username");
    });

    it("a token without meaning, and a second way beside it, are refused", async () => {
      const daemon = start();
      await refusesParam(login(daemon, { proxyCommand: "nc %x" }), "proxyCommand");
      await refusesParam(login(daemon, { proxyCommand: "nc %" }), "proxyCommand");
      await refusesParam(login(daemon, { proxyCommand: "" }), "proxyCommand");
      const both = { proxyCommand: "cat", socketPath: "/tmp/x" };
      await refusesParam(login(daemon, both), "socketPath");
      await refusesParam(login(daemon, { via: 1, proxyCommand: "cat" }), "proxyCommand");
    });
  });

  describe("socketPath", () => {
    /** A Unix socket that leads to the server. */
    const listen = async (folder: string): Promise<string> => {
      const path = join(folder, "socket");
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        const onward = connect({ host: sshd.host, port: sshd.port });
        for (const each of [socket, onward]) {
          sockets.add(each);
          each.on("error", () => {}).once("close", () => sockets.delete(each));
        }
        socket.pipe(onward).pipe(socket);
      });
      await once(server.listen(path), "listening");
      scope.defer(() => {
        server.close();
        for (const socket of sockets) socket.destroy();
      });
      return path;
    };

    it("is connected to; the host remains the name in known_hosts", async () => {
      const daemon = start();
      const socketPath = await listen(scope.tempDir());
      const session = await open(daemon, { socketPath, host: "behind.example", port: 22 });
      assert.equal(await session.output("echo $HOME"), `${sshd.home}\n`);
      assert.match(readKnownHosts(daemon), /^behind\.example ssh-ed25519 /);
      await session.free();
      await until(() => sshd.connections().length === 0, "the connection is closed");
    });

    it("another key behind it is refused under that name", async () => {
      const daemon = start();
      const other = scope.add(await startSshd({ freshHostKeys: true }));
      writeKnownHosts(daemon, [
        `behind.example ${other.hostKeys[0]?.type} ${other.hostKeys[0]?.blob}`,
      ]);
      const socketPath = await listen(scope.tempDir());
      const params = { socketPath, host: "behind.example", port: 22 };
      await fails(login(daemon, params), "HostKeyRejected", { reason: "changed" });
    });

    it("one that isn't there, and one that nobody listens at", async () => {
      const daemon = start();
      const socketPath = join(scope.tempDir(), "socket");
      await fails(login(daemon, { socketPath }), "ConnectFailed", { errno: "ENOENT" });
      assert.ok(!existsSync(socketPath));
      const file = join(daemon.home, "..", "nobody");
      await fails(login(daemon, { socketPath: `${file}/x` }), "ConnectFailed", { errno: /^ENO/ });
      const silent = await startRawServer(scope);
      await fails(login(daemon, { socketPath, port: silent.port }), "ConnectFailed");
      assert.equal(silent.sockets.size, 0);
    });
  });
});
