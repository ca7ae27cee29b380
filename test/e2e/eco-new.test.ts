import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { before, describe, it } from "mocha";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { startDaemon } from "../fixtures/daemon.ts";
import { acceptAll, acceptKeyboardInteractive, neverAnswer } from "../fixtures/fault-auth.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { fails, refusesParam } from "./support/fails.ts";
import { address, Session } from "./support/session.ts";

describe("eco.ssh: new", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let sshd: SshServer;
  let daemon: Daemon;

  before(async function () {
    requires(this, "sshd");
    sshd = suite.add(await startSshd());
    daemon = suite.add(startDaemon());
  });

  const login = (params: object = {}): Promise<Json> =>
    daemon.request("ssh.new", { ...address(sshd), ...params });

  /** A TCP server that is no SSH server. */
  async function tcpServer(onConnection: (socket: Socket) => void): Promise<number> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      onConnection(socket);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    scope.defer(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    return (server.address() as AddressInfo).port;
  }

  async function unusedPort(): Promise<number> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    return port;
  }

  /** That what `ssh.new` gave is logged in. */
  async function works(result: Json): Promise<void> {
    const session = new Session(daemon, result.session);
    assert.equal(await session.output("echo $LOGNAME"), "alice\n");
    await session.free();
  }

  describe("the calling forms", () => {
    it("takes its params by name, and tells about the server", async () => {
      const result = await login();
      const { session, serverIdent, hostKey, authMethod, ...rest } = result;
      assert.ok(Number.isInteger(session) && session > 0);
      assert.match(serverIdent, /^SSH-2\.0-OpenSSH_\S+/);
      assert.deepEqual(
        [hostKey.type, hostKey.fingerprint],
        ["ssh-ed25519", sshd.hostKeys[0]?.fingerprint],
      );
      assert.equal(authMethod, "password");
      const { host, port, username } = sshd;
      const { kex, cipher, mac, postQuantum, ...account } = rest;
      assert.deepEqual(account, { host, port, username });
      for (const name of [kex, cipher, mac]) assert.match(name, /^[a-z0-9@.<>-]+$/);
      // Debian's OpenSSH 9.2 has none that we have.
      assert.equal(postQuantum, false);
      await works(result);
    });

    it("takes its params by position", async () => {
      const { host, port, username, password } = sshd;
      await works(await daemon.request("ssh.new", [host, port, username, password]));
    });

    it("takes further params by name behind those by position", async () => {
      const { host, port, username, password } = sshd;
      const params = [host, port, username, password, { timeout: 0 }];
      await fails(daemon.request("ssh.new", params), "Timeout", { seconds: 0, dispatched: "no" });
    });

    it("gives each session a handle of its own", async () => {
      const first = await login();
      await daemon.request("session.free", [first.session]);
      const second = await login();
      assert.ok(second.session > first.session);
      await works(second);
    });
  });

  describe("params", () => {
    for (const name of ["host", "username"]) {
      it(`refuses a ${name} that is missing`, async () => {
        const error = await refusesParam(login({ [name]: undefined }), name);
        assert.match(error.message, /missing/);
      });

      it(`refuses a ${name} that is null, empty or a number`, async () => {
        for (const value of [null, "", 1]) await refusesParam(login({ [name]: value }), name);
      });
    }

    it("refuses a port that is no integer from 1 to 65535, a numeric string included", async () => {
      for (const port of ["2222", 0, -1, 65536, 22.5]) {
        await refusesParam(login({ port }), "port");
      }
    });

    it("refuses a numeric password", async () => {
      await refusesParam(login({ password: 1234 }), "password");
    });

    it("refuses a host with a space, a newline, NUL or a leading dash", async () => {
      for (const host of ["127.0.0.1 ", "a b", "a\nb", "a\0b", "-oProxyCommand=x"]) {
        await refusesParam(login({ host }), "host");
      }
    });

    it("refuses a host that known_hosts would take for more than a name", async () => {
      for (const host of ["*", "a?", "a,b", "!a", "#a", "@revoked", "|1|a|b"]) {
        await refusesParam(login({ host }), "host");
      }
    });

    it("refuses a host that is longer than any", async () => {
      for (const config of [undefined, true]) {
        await refusesParam(login({ host: "a".repeat(300_000), config }), "host");
      }
      await fails(login({ host: "a".repeat(1024) }), "ConnectFailed");
    });

    it("refuses a private key that is longer than any", async () => {
      await refusesParam(login({ privateKey: "é".repeat(32 * 1024 + 1) }), "privateKey");
    });

    it("refuses a param that there isn't", async () => {
      await refusesParam(login({ user: "alice" }), "user");
    });
  });

  describe("the password", () => {
    it("wrong: an error with the methods tried and offered", async () => {
      await fails(login({ password: "wrong" }), "AuthenticationFailed", {
        methods: ["publickey", "password"],
        tried: ["password", "none"],
        dispatched: "no",
      });
    });

    const wrong = {
      empty: "",
      "with a space behind it": "open-sesame ",
      "cut short": "open-sesam",
      "in capitals": "OPEN-SESAME",
      "with a newline behind it": "open-sesame\n",
      "with Latin letters beyond ASCII": "öpen-sésame",
      "with an emoji": "open-sesame🔑",
      "with control characters": "\u0003\u001b[A\u007f",
      "with quotes": `"'\`$(id);`,
      "of 100 KB": "x".repeat(100_000),
    };
    for (const [what, password] of Object.entries(wrong)) {
      it(`wrong, ${what}: refused, and the daemon goes on`, async () => {
        await fails(login({ password }), "AuthenticationFailed", { dispatched: "no" });
        await works(await login());
      });
    }

    it("unknown user: the same error as a wrong password", async () => {
      await fails(login({ username: "mallory" }), "AuthenticationFailed", {
        methods: ["publickey", "password"],
      });
    });

    it("not given, and the server wants one: an error, and none was tried", async () => {
      await fails(login({ password: undefined }), "AuthenticationFailed", {
        methods: ["publickey", "password"],
        tried: ["none"],
      });
    });

    it("is in no error and in no log, nor is it on the wire to the client", async () => {
      const talkative = scope.add(startDaemon({ args: ["--log-level", "debug"] }));
      const secret = "correct-horse-battery";
      const params = { ...address(sshd), password: secret };
      await fails(talkative.request("ssh.new", params), "AuthenticationFailed");
      await talkative.close();
      assert.match(talkative.stderr(), /ssh\.new/);
      assert.ok(!talkative.stderr().includes(secret), talkative.stderr());
      assert.ok(!JSON.stringify(talkative.messages).includes(secret));
    });
  });

  describe("other ways to log in", () => {
    it("a server with keys only: an error at once that names its methods", async () => {
      const config = ["PasswordAuthentication no", "KbdInteractiveAuthentication no"];
      const keysOnly = scope.add(await startSshd({ config }));
      await fails(login({ port: keysOnly.port }), "AuthenticationFailed", {
        methods: ["publickey"],
        tried: ["password", "none"],
      });
    });

    it("a server with keyboard-interactive only: the same password serves", async function () {
      requires(this, "pam");
      const config = ["PasswordAuthentication no"];
      const { port } = scope.add(await startSshd({ pam: true, config }));
      const result = await login({ port });
      assert.equal(result.authMethod, "keyboard-interactive");
      await works(result);
      await fails(login({ port, password: "wrong" }), "AuthenticationFailed", {
        methods: ["publickey", "keyboard-interactive"],
        tried: ["password", "keyboard-interactive", "none"],
      });
    });

    it("keyboard-interactive: the password answers what isn't echoed, and nothing else", async () => {
      const prompts = [
        { prompt: "Location: ", echo: true },
        { prompt: "Password: ", echo: false },
      ];
      const authenticate = acceptKeyboardInteractive("alice", ["", "pässword"], prompts);
      const { port } = scope.add(await startFaultServer({ authenticate }));
      const result = await login({ port, password: "pässword" });
      assert.equal(result.authMethod, "keyboard-interactive");
    });

    it("a server that accepts none: no password is needed", async () => {
      const server = scope.add(await startFaultServer({ authenticate: acceptAll }));
      const result = await login({ port: server.port, password: undefined });
      assert.equal(result.authMethod, "none");
      const exec = await new Session(daemon, result.session).exec("true");
      assert.equal(exec.exitCode, 0);
      const { records } = await server.connection(0);
      const methods = records.flatMap((each) => (each.type === "auth" ? [each.method] : []));
      assert.deepEqual(methods, ["none"]);
    });

    it("a password beyond ASCII reaches the server as UTF-8", async () => {
      const password = "pässwörd 🔑\u0001";
      const { port } = scope.add(
        await startFaultServer({
          authenticate: (request) => {
            if (request.method === "password" && request.password === password) request.accept();
            else request.reject(["password"]);
          },
        }),
      );
      const result = await login({ port, password });
      assert.equal(result.authMethod, "password");
    });

    it("a server that never answers the login: Timeout while authenticating", async () => {
      const { port } = scope.add(await startFaultServer({ authenticate: neverAnswer }));
      await fails(login({ port, timeout: 1 }), "Timeout", {
        phase: "authenticate",
        seconds: 1,
        dispatched: "no",
      });
    });
  });

  describe("the address", () => {
    it("connection refused: ConnectFailed with ECONNREFUSED", async () => {
      const port = await unusedPort();
      await fails(login({ port }), "ConnectFailed", { errno: "ECONNREFUSED", dispatched: "no" });
    });

    it("a host name is looked up", async () => {
      await works(await login({ host: "localhost" }));
    });

    it("IPv6", async function () {
      requires(this, "ipv6");
      const server = scope.add(await startSshd({ host: "::1" }));
      const params = address(server);
      const result = await login(params);
      assert.match(
        await new Session(daemon, result.session).output("echo $SSH_CONNECTION"),
        /^::1 \d+ ::1 \d+$/m,
      );
      await works(result);
    });
  });

  describe("what answers is no SSH server", () => {
    it("it speaks something else: HandshakeFailed at the banner", async () => {
      const port = await tcpServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
      await fails(login({ port }), "HandshakeFailed", { stage: "banner", dispatched: "no" });
    });

    it("it talks without end: HandshakeFailed at the banner", async () => {
      const port = await tcpServer((socket) => {
        const talk = (): void => {
          while (socket.write("x".repeat(16_384)));
        };
        socket.on("drain", talk);
        talk();
      });
      await fails(login({ port }), "HandshakeFailed", { stage: "banner", dispatched: "no" });
    });

    it("it closes at once: HandshakeFailed at the banner", async () => {
      const port = await tcpServer((socket) => socket.end());
      await fails(login({ port }), "HandshakeFailed", { stage: "banner", dispatched: "no" });
    });

    it("it resets the connection: HandshakeFailed at the banner", async () => {
      // Once it has spoken: before that the connection might count as refused.
      const port = await tcpServer((socket) => {
        socket.once("data", () => socket.resetAndDestroy());
      });
      const error = await fails(login({ port }), "HandshakeFailed", { stage: "banner" });
      assert.equal(error.data.errno, "ECONNRESET");
    });

    it("it is SSH 1: HandshakeFailed at the banner", async () => {
      const port = await tcpServer((socket) => socket.write("SSH-1.5-old\r\n"));
      const { message } = await fails(login({ port, timeout: 10 }), "HandshakeFailed", {
        stage: "banner",
        dispatched: "no",
      });
      assert.match(message, /it said: SSH-1\.5-old$/);
    });

    it("it has no algorithm in common with us: HandshakeFailed in the key exchange", async () => {
      const algorithms = { cipher: ["aes128-cbc" as const] };
      const { port } = scope.add(await startFaultServer({ algorithms }));
      await fails(login({ port }), "HandshakeFailed", { stage: "kex", dispatched: "no" });
    });

    it("it is silent: Timeout while waiting for the banner, and the connection is closed", async () => {
      let closed: Promise<unknown> = Promise.reject(new Error("nobody came"));
      closed.catch(() => {});
      const port = await tcpServer((socket) => {
        closed = once(socket.resume(), "close");
      });
      await fails(login({ port, timeout: 0.5 }), "Timeout", {
        phase: "banner",
        seconds: 0.5,
        dispatched: "no",
      });
      await closed;
    });

    it("timeout of zero or less: Timeout at once, and nobody is called", async () => {
      const accepted = sshd.accepted();
      for (const timeout of [0, -1]) await fails(login({ timeout }), "Timeout");
      await works(await login());
      assert.equal(sshd.accepted(), accepted + 1);
    });

    it("cancelled while it waits: Cancelled, and the connection is closed", async () => {
      let arrived!: (socket: Socket) => void;
      const arrival = new Promise<Socket>((resolve) => (arrived = resolve));
      const port = await tcpServer((socket) => arrived(socket.resume()));
      await daemon.send({ id: "silent", method: "ssh.new", params: { ...address(sshd), port } });
      const closed = once(await arrival, "close");
      await daemon.notify("$/cancelRequest", { id: "silent" });
      // The server may see the connection before the daemon does.
      const phase = /^(connect|banner)$/;
      await fails(daemon.reply("silent"), "Cancelled", { phase, dispatched: "no" });
      await closed;
    });
  });

  it("after all of these no session is left, and the daemon works", async () => {
    const { sessions } = await daemon.request("daemon.status");
    for (const { session } of sessions) await daemon.request("session.free", [session]);
    assert.deepEqual((await daemon.request("daemon.status")).sessions, []);
    await works(await login());
  });
});
