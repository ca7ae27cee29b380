import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { startDropbear } from "../fixtures/dropbear.ts";
import { acceptKey } from "../fixtures/fault-auth.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { FlightProxy } from "../fixtures/flight-proxy.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startAgent } from "../fixtures/ssh-agent.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { copyKey, makeKey, readPublicKey } from "../fixtures/ssh-keys.ts";
import { byte, string, uint32 } from "../fixtures/wire.ts";

const SSH_MSG_EXT_INFO = 7;

/**
 * Behind TCP's own: identification strings and KEXINIT; key exchange; service and authentication;
 * the channel; the command.
 */
const flightsToOutput = 5;

describe("round trips to a command's first output", () => {
  const scope = useScope();

  /** Connects and runs a command over a proxy that counts. */
  async function flights(server: SshServer, daemon: Daemon, params: object): Promise<number> {
    const proxy = scope.add(await FlightProxy.start({ target: server }));
    const { host, port } = proxy;
    const target = { host, port, username: server.username };
    const { session } = await daemon.request("ssh.new", { ...target, ...params });
    // An sshd that is to log its debugging does so into stderr of a session.
    const exec = { session, command: "echo first", streams: "separate" };
    assert.equal((await daemon.request("session.exec", exec)).stdout, "first\n");
    return proxy.flights;
  }

  describe("with sshd", () => {
    const suite = useScope("suite");
    let sshd: SshServer;

    before(async function () {
      requires(this, "sshd", "ssh");
      sshd = suite.add(await startSshd());
    });

    it("a password", async () => {
      const { password } = sshd;
      assert.equal(await flights(sshd, scope.add(startDaemon()), { password }), flightsToOutput);
    });

    it("a key's file", async () => {
      const params = { identityFiles: [sshd.privateKeyPath] };
      assert.equal(await flights(sshd, scope.add(startDaemon()), params), flightsToOutput);
    });

    it("nothing named: the default identity file", async () => {
      const daemon = scope.add(startDaemon());
      mkdirSync(join(daemon.home, ".ssh"), { mode: 0o700 });
      copyKey(sshd.privateKeyPath, join(daemon.home, ".ssh", "id_ed25519"));
      assert.equal(await flights(sshd, daemon, {}), flightsToOutput);
    });

    it("the agent's only key", async () => {
      const agent = scope.add(await startAgent());
      agent.add(sshd.privateKeyPath);
      const daemon = scope.add(startDaemon());
      assert.equal(await flights(sshd, daemon, { agent: agent.socket }), flightsToOutput);
    });

    it("one more for each of the agent's keys that the server is asked about", async () => {
      const agent = scope.add(await startAgent());
      agent.add(makeKey("ed25519", "stranger"));
      agent.add(sshd.privateKeyPath);
      const daemon = scope.add(startDaemon());
      assert.equal(await flights(sshd, daemon, { agent: agent.socket }), flightsToOutput + 2);
    });

    it("the one key that is named, whatever else the agent holds", async () => {
      const agent = scope.add(await startAgent());
      agent.add(makeKey("ed25519", "stranger"));
      agent.add(sshd.privateKeyPath);
      const daemon = scope.add(startDaemon());
      const params = { agent: agent.socket, identityFiles: [`${sshd.privateKeyPath}.pub`] };
      assert.equal(await flights(sshd, daemon, params), flightsToOutput);
    });
  });

  it("and the server need not prove its other host keys, which nobody wants", async function () {
    requires(this, "sshd");
    const sshd = scope.add(await startSshd({ config: ["LogLevel DEBUG1"] }));
    const { password } = sshd;
    await flights(sshd, scope.add(startDaemon()), { password });
    assert.match(sshd.log(), /userauth-request for user/);
    assert.doesNotMatch(sshd.log(), /hostkeys-prove/);
  });

  it("with dropbear: a password", async function () {
    requires(this, "dropbear");
    const server = scope.add(await startDropbear());
    const { password } = server;
    assert.equal(await flights(server, scope.add(startDaemon()), { password }), flightsToOutput);
  });
});

describe("the first authentication request", () => {
  const scope = useScope();

  it("doesn't wait for the service to be accepted", async () => {
    const server = scope.add(
      await startFaultServer({
        service: async (connection, accept) => {
          await connection.recorded(({ type }) => type === "auth");
          accept();
        },
      }),
    );
    const { host, port, username, password } = server;
    const params = { host, port, username, password };
    const { authMethod } = await scope.add(startDaemon()).request("ssh.new", params);
    assert.equal(authMethod, "password");
  });

  it("of an RSA key waits until the server has said what it verifies", async function () {
    requires(this, "ssh");
    const key = makeKey("rsa", "round-trips");
    const { type, blob } = readPublicKey(key);
    const accept = acceptKey("alice", `${type} ${blob}`);
    const hashes: unknown[] = [];
    const server = scope.add(
      await startFaultServer({
        extInfo: false,
        service: (connection, granted) => {
          const list = [string("server-sig-algs"), string("rsa-sha2-512")];
          connection.send(byte(SSH_MSG_EXT_INFO), uint32(1), ...list);
          granted();
        },
        authenticate: (request) => {
          if (request.method === "publickey") hashes.push(request.hashAlgo);
          accept(request);
        },
      }),
    );
    const { host, port, username } = server;
    const params = { host, port, username, identityFiles: [key] };
    await scope.add(startDaemon()).request("ssh.new", params);
    assert.deepEqual(hashes, ["sha512"]);
  });
});
