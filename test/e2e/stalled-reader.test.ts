import assert from "node:assert/strict";
import { maxWaitingBytes } from "../../src/server/wire/output.ts";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { TcpProxy } from "../fixtures/tcp-proxy.ts";
import { until } from "../fixtures/until.ts";
import { login, rejects } from "./support/calls.ts";

/** More than a session's windows, buffers and garbage, in bytes; endless output passes it at once. */
const bound = 60e6;

describe("a client that takes no more of an endless output", () => {
  const scope = useScope();
  let server: SshServer;
  let proxy: TcpProxy;
  let daemon: Daemon;
  let endless: number;
  let other: number;

  beforeEach(async function () {
    requires(this, "sshd", "proc");
    server = scope.add(await startSshd());
    proxy = scope.add(await TcpProxy.start({ target: server }));
    daemon = scope.add(startDaemon());
    endless = await login(daemon, { ...server, host: proxy.host, port: proxy.port });
    other = await login(daemon, server);
    await daemon.request("session.exec", { session: other, command: "head -c 20000000 /dev/zero" });
  });

  const token = "endless";
  const start = async (window: number) => {
    const quiet = proxy.bytes.down;
    const params = { session: endless, command: "cat /dev/zero", stream: true, token, window };
    await daemon.send({ id: token, method: "session.exec", params });
    await until(() => proxy.bytes.down > quiet + 100_000, "output comes");
  };
  const cancel = () => daemon.notify("$/cancelRequest", { id: token });
  const exec = (command: string): Promise<Json> =>
    daemon.request("session.exec", { session: other, command });

  it("by granting nothing more: what was granted came, memory stays flat, others are answered", async () => {
    const window = 1_000_000;
    const before = daemon.rss().current;
    await start(window);
    await proxy.quiet();
    for (let count = 0; count < 30; count++) {
      assert.equal((await exec(`echo ${count}`)).output, `${count}\n`);
    }
    assert.ok(daemon.rss().peak - before < bound, `${daemon.rss().peak - before} bytes more`);
    // What the window (RFC 4254 §5.2) let through was read, and held.
    assert.ok(proxy.bytes.down < window + 10e6, `${proxy.bytes.down} bytes came`);
    await cancel();
    const error = await rejects(daemon.reply(token), "Cancelled");
    assert.equal(error.data.stdoutBytes, window);
  });

  it("by not reading at all: memory stays flat, and when it reads again all are alive", async () => {
    const before = daemon.rss().current;
    daemon.pause();
    await start(Number.MAX_SAFE_INTEGER);
    await proxy.quiet();
    await daemon.send({ id: "exec", method: "session.exec", params: [other, "echo alive"] });
    await daemon.send({ id: "status", method: "daemon.status" });
    await proxy.quiet();
    assert.ok(daemon.rss().peak - before < bound, `${daemon.rss().peak - before} bytes more`);
    assert.ok(proxy.bytes.down < 20e6, `${proxy.bytes.down} bytes came`);
    await cancel();
    daemon.resume();
    await rejects(daemon.reply(token), "Cancelled");
    assert.equal((await daemon.reply("exec")).output, "alive\n");
    assert.equal((await daemon.reply("status")).sessions.length, 2);
    assert.equal((await exec("echo on")).output, "on\n");
  });

  // Each of them fits into a window, so that the server can send it all by itself.
  const size = 2_000_000;
  const count = 80;
  const calls: Record<string, object> = {
    "session.exec": { command: `head -c ${size} /dev/zero | tr '\\0' x` },
    "session.scpRecv": { source: "much" },
  };
  for (const [method, params] of Object.entries(calls)) {
    it(`of ${method}'s replies: no more come about than may wait, and then all of them`, async () => {
      const command = `head -c ${size} /dev/zero | tr '\\0' x >much`;
      await daemon.request("session.exec", { session: endless, command });
      daemon.pause();
      for (let id = 1000; id < 1000 + count; id++) {
        await daemon.send({ id, method, params: { session: endless, ...params } });
      }
      await until(() => proxy.bytes.down > maxWaitingBytes, "more than may wait");
      await proxy.quiet();
      // Ten calls have a channel, with a window each.
      const most = maxWaitingBytes + 10 * 2 ** 21 + 10e6;
      assert.ok(proxy.bytes.down < most, `${proxy.bytes.down} bytes came`);
      daemon.resume();
      for (let id = 1000; id < 1000 + count; id++) {
        const { output, data } = await daemon.reply(id);
        assert.equal((output ?? data).length, size);
      }
    });
  }
});
