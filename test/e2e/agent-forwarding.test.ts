import assert from "node:assert/strict";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { startDropbear } from "../fixtures/dropbear.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startAgent } from "../fixtures/ssh-agent.ts";
import type { SshAgent } from "../fixtures/ssh-agent.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { login, loginParams, rejects } from "./support/calls.ts";

describe("e2e: the agent, lent", () => {
  const scope = useScope("suite");
  let agent: SshAgent;
  let daemon: Daemon;

  before(async function () {
    requires(this, "ssh", "sshd");
    agent = scope.add(await startAgent());
    daemon = scope.add(startDaemon({ env: { SSH_AUTH_SOCK: agent.socket } }));
  });

  const servers: Record<"sshd" | "dropbear", () => Promise<SshServer>> = {
    sshd: () => startSshd({ unprivileged: true }),
    dropbear: () => startDropbear(),
  };
  for (const name of ["sshd", "dropbear"] as const) {
    describe(`to ${name}`, () => {
      let server: SshServer;
      let session: number;

      before(async function () {
        requires(this, name);
        server = scope.add(await servers[name]());
        agent.add(server.privateKeyPath);
        session = await login(daemon, server);
      });
      const exec = (params: object) =>
        daemon.request("session.exec", { session, command: "ssh-add -l", ...params });

      it("is there while a program runs that may use it, for several at once", async () => {
        const both = await Promise.all([
          exec({ forwardAgent: true }),
          exec({ forwardAgent: true, pty: {} }),
        ]);
        for (const { output, exitCode } of both) {
          assert.match(output, /SHA256:/);
          assert.equal(exitCode, 0);
        }
        const { output } = await exec({ forwardAgent: true });
        assert.match(output, /SHA256:/);
      });

      it("isn't there for another program, whatever is in its environment", async () => {
        const { exitCode } = await exec({});
        assert.notEqual(exitCode, 0);
      });

      it("is there for a shell", async () => {
        const request = { session, token: name, pty: false, stream: false, openStdin: false };
        const stdin = "ssh-add -l\n";
        const params = { ...request, stdin, forwardAgent: true };
        assert.match((await daemon.request("session.shell", params)).output, /SHA256:/);
      });
    });
  }

  it("is that of the login, where that names one", async () => {
    const other = scope.add(await startAgent());
    const server = scope.add(await startSshd({ unprivileged: true }));
    const request = { ...loginParams(server), agent: other.socket };
    const { session } = await daemon.request("ssh.new", request);
    const { output } = await daemon.request("session.exec", {
      session,
      command: "ssh-add -l",
      forwardAgent: true,
    });
    assert.match(output, /no identities/);
  });

  it("says that the server refuses it, or that there is none to lend", async () => {
    const server = scope.add(
      await startSshd({ unprivileged: true, config: ["AllowAgentForwarding no"] }),
    );
    const params = { command: "true", forwardAgent: true };
    const session = await login(daemon, server);
    const denied = { request: "auth-agent-req@openssh.com", dispatched: "no" };
    const refused = daemon.request("session.exec", { session, ...params });
    await rejects(refused, "ChannelRequestDenied", denied);
    const without = scope.add(startDaemon());
    const none = without.request("session.exec", {
      session: await login(without, server),
      ...params,
    });
    await rejects(none, "InvalidParams", { path: "forwardAgent", dispatched: "no" });
  });
});
