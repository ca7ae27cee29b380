import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import net from "node:net";
import { promisify } from "node:util";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { until } from "../fixtures/until.ts";
import { login, openSockets } from "./support/calls.ts";

const run = promisify(execFile);

describe("e2e: tunnels that others use", function () {
  this.timeout(60_000);
  const scope = useScope("suite");
  let daemon: Daemon;
  let server: SshServer;
  let session: number;

  before(async function () {
    requires(this, "sshd");
    server = scope.add(await startSshd({ unprivileged: true }));
    daemon = scope.add(startDaemon());
    session = await login(daemon, server);
  });

  async function webPort(host = "127.0.0.1"): Promise<number> {
    const web = createServer((_, response) => response.end("from the web"));
    web.listen(0, host);
    await once(web, "listening");
    scope.add({
      [Symbol.asyncDispose]: async () => {
        web.close();
        web.closeAllConnections();
      },
    });
    return (web.address() as net.AddressInfo).port;
  }

  it("curl's ways to ask for SOCKS: 4, 4a, 5 and 5 with names", async function () {
    requires(this, "curl");
    const web = await webPort();
    const { forward, port } = await daemon.request("forward.dynamic", { session, bind: {} });
    for (const way of ["--socks4", "--socks4a", "--socks5", "--socks5-hostname"]) {
      const proxy = [way, `127.0.0.1:${port}`, "--noproxy", ""];
      const { stdout } = await run("curl", ["-sS", ...proxy, `http://localhost:${web}/`]);
      assert.equal(stdout, "from the web", way);
    }
    const refused = run("curl", [
      "-sS",
      "--socks5",
      `127.0.0.1:${port}`,
      "--noproxy",
      "",
      "http://127.0.0.1:1/",
    ]);
    await assert.rejects(refused, /refused|\(5\)/i);
    await daemon.request("forward.close", { forward });
  });

  it("IPv6 at both ends", async function () {
    requires(this, "ipv6", "curl");
    const web = await webPort("::1");
    const bind = { host: "::1" };
    const { port, host } = await daemon.request("forward.local", {
      session,
      bind,
      to: { host: "::1", port: web },
    });
    assert.equal(host, "::1");
    const { stdout } = await run("curl", ["-sS", `http://[::1]:${port}/`]);
    assert.equal(stdout, "from the web");
  });

  it("a thousand connections through one forward leave nothing behind", async function () {
    requires(this, "proc");
    const echo = net.createServer((socket) => {
      socket.on("error", () => {});
      socket.pipe(socket);
    });
    echo.listen(0, "127.0.0.1");
    scope.defer(() => echo.close());
    await once(echo, "listening");
    const { port: to } = echo.address() as net.AddressInfo;
    const { forward, port } = await daemon.request("forward.local", {
      session,
      bind: {},
      to: { port: to },
    });
    const before = openSockets(daemon.pid);
    const one = async () => {
      const socket = net.connect(port, "127.0.0.1");
      const closed = once(socket, "close");
      socket.end("hello").resume();
      await closed;
      assert.equal(socket.bytesRead, 5);
    };
    const worker = async () => {
      for (let count = 0; count < 125; count += 1) await one();
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    // Before, one of the last test may still have been open.
    await until(() => openSockets(daemon.pid) <= before, "no socket is left");
    const { forwards, sessions } = await daemon.request("daemon.status");
    const own = forwards.find((each: { forward: number }) => each.forward === forward);
    assert.deepEqual(
      [own.connections, own.total, own.failed, own.bytesReceived, own.bytesSent],
      [0, 1000, 0, 5000, 5000],
    );
    assert.equal(
      sessions.find((each: { session: number }) => each.session === session).channels,
      0,
    );
    await daemon.request("forward.close", { forward });
  });
});
