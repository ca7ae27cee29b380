import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { until } from "../fixtures/until.ts";
import { statusOf } from "./support/calls.ts";
import { told, toldOf } from "./support/reconnecting.ts";
import { Session } from "./support/session.ts";

describe("sessions that reconnect", function () {
  this.timeout(30_000);
  const suite = useScope("suite");
  const scope = useScope();
  let daemon: Daemon;

  before(() => {
    daemon = suite.add(startDaemon());
  });

  /** Logs in by key: the file goes with the server. */
  async function open(server: SshServer, params: object = {}) {
    const { host, port, username } = server;
    const privateKey = readFileSync(server.privateKeyPath, "utf8");
    const account = { host, port, username, privateKey };
    const result = await daemon.request("ssh.new", { ...account, reconnect: true, ...params });
    return { session: new Session(daemon, result.session), handle: result.session, result };
  }

  /** Ends a server with all of its connections, and gives what starts it again at its port. */
  async function stop(server: SshServer, starter = startSshd) {
    await server.close();
    return async () => scope.add(await starter({ port: server.port }));
  }

  it("over a restart of sshd: calls that come meanwhile go on, and the handle stays", async function () {
    requires(this, "sshd");
    const server = await startSshd();
    const { session, handle, result } = await open(server);
    const start = await stop(server);
    const { reason } = await told(daemon, "session/lost", handle);
    assert.equal(reason.kind, "ConnectionLost");
    assert.equal((await statusOf(daemon, handle)).state, "lost");
    const waiting = session.output("echo still here");
    await until(async () => (await statusOf(daemon, handle)).queued === 1, "it waits");
    await start();
    assert.equal(await waiting, "still here\n");
    assert.deepEqual(await told(daemon, "session/restored", handle), {
      ...result,
      hostKey: { ...result.hostKey, status: "known" },
    });
    assert.equal((await statusOf(daemon, handle)).state, "open");
    assert.equal(await session.output("echo again"), "again\n");
    await session.free();
    assert.deepEqual(toldOf(daemon, handle), ["session/lost", "session/restored"]);
  });
});
