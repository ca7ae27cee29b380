import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import type { Daemon } from "../fixtures/daemon.ts";
import { startFaultServer } from "../fixtures/fault-server.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { statusOf } from "./support/calls.ts";
import { fails } from "./support/fails.ts";
import { openLasting, throughProxy, told } from "./support/reconnecting.ts";
import { address, Session } from "./support/session.ts";

describe("calls of sessions that reconnect", function () {
  this.timeout(60_000);
  const suite = useScope("suite");
  const scope = useScope();
  let daemon: Daemon;

  before(() => {
    daemon = suite.add(startDaemon());
  });

  const openThroughProxy = (params: object = {}) => throughProxy(scope, daemon, params);

  it("that wait for a channel, or for the session, go on; those that run fail as ever", async function () {
    requires(this, "sshd");
    const server = scope.add(await startSshd({ config: ["MaxSessions 1"] }));
    const { session, handle } = await openLasting(daemon, server);
    // Two, so that it is known that there is room for one only.
    const first = session.exec("sleep 1000");
    await until(() => server.commands().length > 0, "it runs");
    const queued = session.output("echo queued");
    await until(async () => (await statusOf(daemon, handle)).queued === 1, "it waits");
    server.kill();
    await fails(first, "ConnectionLost", { dispatched: "yes" });
    assert.equal(await queued, "queued\n");
    await session.free();
  });

  it("whose request was under way: maybe", async () => {
    let answers = false;
    const server = scope.add(
      await startFaultServer({ exec: () => (answers ? "accept" : "silent") }),
    );
    const { session } = await daemon.request("ssh.new", { ...address(server), reconnect: true });
    const connection = await server.connection(0);
    const asked = connection.recorded((each) => each.type === "request" && each.request === "exec");
    const running = new Session(daemon, session).exec("true");
    await asked;
    connection.reset();
    answers = true;
    await fails(running, "ConnectionLost", { dispatched: "maybe" });
    assert.equal((await new Session(daemon, session).exec("true")).exitCode, 0);
    await new Session(daemon, session).free();
  });

  it("whose channel was asked for go on, of every kind", async function () {
    requires(this, "sshd");
    const { proxy, session, handle } = await openThroughProxy();
    proxy.stall("up");
    const folder = scope.tempDir();
    const call = (method: string, params: object) =>
      daemon.request(method, { session: handle, ...params });
    const calls = [
      session.output("echo hi"),
      session.exec("head -n 1", { stdin: "in\n", pty: {}, timeout: 20 }),
      call("session.shell", { stdin: "exit 7\n", openStdin: false, pty: false, token: "shell" }),
      session.send("text", `${folder}/sent`),
      call("fs.writeFile", { path: `${folder}/written`, data: "text" }),
      call("fs.readdir", { path: "/etc", stream: true, token: "listing" }),
      call("fs.put", { source: process.execPath, dest: `${folder}/put` }),
      call("fs.open", { path: "/etc/passwd" }),
    ] as const;
    proxy.reset();
    proxy.resume();
    const [echoed, terminal, shell, sent, written, listed, put, opened] = await Promise.all(calls);
    assert.equal(echoed, "hi\n");
    assert.match(terminal.output, /in/);
    assert.equal(shell.exitCode, 7);
    assert.equal(sent, true);
    assert.equal(written.bytes, 4);
    assert.ok(listed.count > 0);
    assert.equal(put.files, 1);
    const { file } = opened;
    assert.ok((await daemon.request("file.read", { file, offset: 0, length: 10 })).bytes > 0);
    await session.free();
  });

  it("input that was written before the program had started reaches it", async function () {
    requires(this, "sshd");
    const { proxy, session } = await openThroughProxy();
    proxy.stall("up");
    const token = "late";
    const running = session.exec("cat", { token, openStdin: true });
    const written = daemon.request("session.write", { token, data: "early " });
    const closed = daemon.request("session.closeStdin", { token });
    proxy.reset();
    proxy.resume();
    assert.deepEqual(await Promise.all([written, closed]), [true, true]);
    assert.equal((await running).output, "early ");
    await session.free();
  });

  it("files that were open are not any more", async function () {
    requires(this, "sshd");
    const { proxy, session, handle } = await openThroughProxy();
    const { file } = await daemon.request("fs.open", { session: handle, path: "/etc/passwd" });
    proxy.reset();
    await told(daemon, "restored", handle);
    const read = daemon.request("file.read", { file, offset: 0, length: 10 });
    await fails(read, "RemoteFileError", { code: "EBADF", dispatched: "no" });
    await session.free();
  });

  it("that wait end at their deadline, which says why, or cancelled", async function () {
    requires(this, "sshd");
    const server = await startSshd();
    const { session, handle } = await openLasting(daemon, server);
    await server.close();
    await told(daemon, "lost", handle);
    const late = await fails(session.exec("true", { timeout: 1 }), "Timeout", {
      phase: "queue",
      dispatched: "no",
    });
    assert.match(late.message, /the session was lost \(.*\) and is being connected to again/);
    assert.match(late.message, /Connection refused/);
    await daemon.send({ id: "unwanted", method: "session.exec", params: [handle, "true"] });
    await until(async () => (await statusOf(daemon, handle)).queued === 1, "it waits");
    await daemon.notify("$/cancelRequest", { id: "unwanted" });
    await fails(daemon.reply("unwanted"), "Cancelled", { dispatched: "no" });
    await session.free();
  });
});
