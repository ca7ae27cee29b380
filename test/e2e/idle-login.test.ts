import { setInterval } from "node:timers";
import { describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import { acceptPassword } from "../fixtures/fault-auth.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { useScope } from "../fixtures/scope.ts";
import { fails } from "./support/fails.ts";
import { startRawServer } from "./support/raw-server.ts";

describe("ssh.new, idleTimeout", () => {
  const scope = useScope();

  it("ends a login during which nothing comes", async () => {
    const daemon = scope.add(startDaemon());
    const { host, port } = await startRawServer(scope);
    const params = { host, port, username: "alice", idleTimeout: 0.3 };
    await fails(daemon.request("ssh.new", params), "Timeout", { phase: "banner", seconds: 0.3 });
  });

  it("goes on as long as something comes", async () => {
    const daemon = scope.add(startDaemon());
    const lines = 20;
    const { host, port } = await startRawServer(scope, (socket) => {
      let sent = 0;
      // RFC 4253 §4.2: lines before the identification string. Together they take twice the time.
      const timer = setInterval(() => {
        socket.write("please wait\r\n");
        if (++sent < lines) return;
        clearInterval(timer);
        socket.end();
      }, 300);
      socket.once("close", () => clearInterval(timer));
    });
    const params = { host, port, username: "alice", idleTimeout: 3 };
    await fails(daemon.request("ssh.new", params), "HandshakeFailed", { stage: "banner" });
  });

  it("stands still while the login waits for its turn", async () => {
    const daemon = scope.add(startDaemon());
    const { host, port } = await startRawServer(scope);
    const params = { host, port, username: "alice" };
    // Eight are at it at once, for longer than those behind them may hear nothing.
    const first = Array.from({ length: 8 }, () =>
      daemon.request("ssh.new", { ...params, timeout: 2 }),
    );
    const behind = daemon.request("ssh.new", { ...params, idleTimeout: 0.5 });
    await Promise.all(first.map((each) => fails(each, "Timeout", { phase: "banner" })));
    await fails(behind, "Timeout", { phase: "banner", seconds: 0.5 });
  });

  it("stands still while the client is asked", async () => {
    const server = scope.add(
      await startFaultServer({ authenticate: acceptPassword("alice", "secret") }),
    );
    const daemon = scope.add(startDaemon());
    daemon.onRequest = () =>
      new Promise((answer) => setTimeout(() => answer({ answers: ["secret"] }), 4000));
    await daemon.request("initialize", { capabilities: { prompt: true } });
    const { host, port } = server;
    await daemon.request("ssh.new", { host, port, username: "alice", idleTimeout: 3 });
  });
});
