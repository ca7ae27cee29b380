import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, before, describe, it } from "mocha";
import { startFaultServer } from "../fixtures/fault-server.ts";
import type { Daemon, Json } from "../fixtures/daemon.ts";
import { makeFile } from "../fixtures/files.ts";
import { encode } from "../fixtures/framing.ts";
import { track } from "../fixtures/processes.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { until } from "../fixtures/until.ts";
import { login, loginParams, openSockets, rejects, statusOf } from "./support/calls.ts";
import { folderOf, oldContent, stages, untouched } from "./support/stages.ts";
import { startWatched } from "./support/watched.ts";
import type { Watched } from "./support/watched.ts";

describe("e2e: cancellation", () => {
  const suite = useScope("suite");
  const scope = useScope();
  let watched: Watched;
  let daemon: Daemon;
  let count = 0;

  before(async function () {
    requires(this, "sshd", "proc");
    watched = await startWatched(suite);
    daemon = watched.daemon;
  });

  // A second reply to an earlier test's request would come late.
  afterEach(() => {
    const ids = daemon.messages.map(({ id, method }) => (method === undefined ? id : {}));
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
    assert.deepEqual(twice, []);
  });

  /** Sends a request: its id. */
  async function send(method: string, params: object): Promise<string> {
    const id = `cancel ${++count}`;
    await daemon.send({ id, method, params });
    return id;
  }
  const cancel = (id: unknown) => daemon.notify("$/cancelRequest", { id });

  /** One reply came, and there is no other behind it. */
  async function assertOneReply(id: string): Promise<void> {
    await watched.checkBystander();
    assert.equal(daemon.messages.filter((each) => each.id === id).length, 1);
  }

  describe("at each stage", () => {
    for (const stage of stages) {
      it(stage.name, async () => {
        const call = await stage.prepare(scope, daemon);
        const id = await send(call.method, call.params);
        await call.reached();
        await cancel(id);
        const { phase, dispatched, output } = stage;
        const expected = { phase, dispatched, ...(output === undefined ? {} : { output }) };
        await rejects(daemon.reply(id), "Cancelled", expected);
        await cancel(id);
        await assertOneReply(id);
        if (call.dest !== undefined) assert.deepEqual(folderOf(call.dest), untouched);
        if (call.session === undefined) {
          call.proxy.resume();
          await until(() => call.proxy.connections === 0, "the server sees the end");
        } else {
          const { state, queued } = await statusOf(daemon, call.session);
          assert.deepEqual({ state, queued }, { state: "open", queued: 0 });
          await daemon.request("session.free", { session: call.session });
        }
        await watched.noSocketsLeft();
      });
    }

    it("ssh.new as it connects", async () => {
      // A listener that never accepts, its backlog full: who comes then hangs.
      const script = `
        const server = require("node:net").createServer().listen(
          { host: "127.0.0.1", port: 0, backlog: 1 },
          () => console.log(server.address().port));`;
      const listener = track(
        spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] }),
      );
      scope.defer(() => listener.kill("SIGKILL"));
      const lines = createInterface(listener.stdout)[Symbol.asyncIterator]();
      const port = Number((await lines.next()).value);
      listener.kill("SIGSTOP");
      const target = { host: "127.0.0.1", port, username: "x", password: "x" };
      const sockets = openSockets(daemon.pid);
      // They fill the backlog, and hang in the handshake of SSH or in TCP's.
      const ids = await Promise.all(
        Array.from({ length: 4 }, () => send("ssh.new", { ...loginParams(target), timeout: 60 })),
      );
      await until(() => openSockets(daemon.pid) === sockets + 4, "four connect");
      const id = await send("ssh.new", loginParams(target));
      await until(() => openSockets(daemon.pid) === sockets + 5, "one more connects");
      await cancel(id);
      await rejects(daemon.reply(id), "Cancelled", { phase: "connect", dispatched: "no" });
      const late = daemon.request("ssh.new", { ...loginParams(target), timeout: 0.3 });
      await rejects(late, "Timeout", { phase: "connect", dispatched: "no", seconds: 0.3 });
      for (const each of ids) {
        await cancel(each);
        await rejects(daemon.reply(each), "Cancelled", { dispatched: "no" });
      }
      await watched.noSocketsLeft();
    });
  });

  it("reaches the remote command", async () => {
    const sshd = scope.add(await startSshd({ unprivileged: true }));
    const session = await login(daemon, sshd);
    const id = await send("session.exec", { session, command: "sleep 1000" });
    await until(() => sshd.commands().length > 0, "the command runs");
    await cancel(id);
    const { data } = await rejects(daemon.reply(id), "Cancelled", { phase: "run" });
    assert.deepEqual(data.termination.signals, ["TERM"]);
    await until(() => sshd.commands().length === 0, "the command is gone");
    await assertOneReply(id);
  });

  it("in the same chunk as the request: nothing is begun", async () => {
    const server = scope.add(await startFaultServer());
    const session = await login(daemon, server);
    const connection = await server.connection(0);
    const folder = scope.tempDir();
    const source = makeFile(join(folder, "source"), 100);
    const dest = join(folder, "dest");
    const requests: [string, object][] = [
      ["ssh.new", loginParams(server)],
      ["session.exec", { session, command: "x" }],
      ["session.scpRecv", { session, source: "x" }],
      ["session.scpRecv", { session, source: "x", dest }],
      ["session.scpSend", { session, data: "x", dest: "x" }],
      ["session.scpSendfile", { session, source, dest: "x" }],
    ];
    for (const [method, params] of requests) {
      const id = `cancel ${++count}`;
      const request = { jsonrpc: "2.0", id, method, params };
      const cancellation = { jsonrpc: "2.0", method: "$/cancelRequest", params: { id } };
      const frames = [request, cancellation].map((each) => encode(each, "content-length"));
      await daemon.write(Buffer.concat(frames));
      await rejects(daemon.reply(id), "Cancelled", { dispatched: "no" });
      await assertOneReply(id);
    }
    assert.deepEqual(readdirSync(folder), ["source"]);
    assert.equal(server.connections.length, 1);
    assert.deepEqual(
      connection.records.map(({ type }) => type),
      ["auth"],
    );
  });

  it("of a queued command: it never runs, and the others do", async () => {
    const sshd = scope.add(await startSshd({ config: ["MaxSessions 1"], unprivileged: true }));
    const session = await login(daemon, sshd);
    const first = await send("session.exec", {
      session,
      command: "while [ ! -e go ]; do sleep 0.02; done; echo first",
    });
    await until(() => sshd.commands().length > 0, "the first runs");
    const second = await send("session.exec", { session, command: "touch second" });
    const third = await send("session.exec", { session, command: "echo third" });
    await until(async () => (await statusOf(daemon, session)).queued === 2, "two wait");
    await cancel(second);
    const expected = { phase: "queue", dispatched: "no", output: "" };
    await rejects(daemon.reply(second), "Cancelled", expected);
    assert.equal((await statusOf(daemon, session)).queued, 1);
    writeFileSync(join(sshd.home, "go"), "");
    assert.equal((await daemon.reply(first)).output, "first\n");
    assert.equal((await daemon.reply(third)).output, "third\n");
    assert.ok(!readdirSync(sshd.home).includes("second"));
    for (const id of [first, second, third]) await assertOneReply(id);
  });

  it("of what is unknown, or answered already, does nothing", async () => {
    const seen = daemon.messages.length;
    for (const id of ["never was", 987_654, null, -1]) await cancel(id);
    // The bystander's.
    const id = await send("session.exec", { session: 1, command: "done" });
    assert.equal((await daemon.reply(id)).output, "ran done");
    await cancel(id);
    await cancel(id);
    await assertOneReply(id);
    const others = daemon.messages.slice(seen).filter((each) => each.id !== id);
    assert.equal(others.length, 1, JSON.stringify(others));
  });

  it("twice gives one reply", async () => {
    const server = scope.add(await startFaultServer({ run: () => {} }));
    const session = await login(daemon, server);
    const id = await send("session.exec", { session, command: "x" });
    const connection = await server.connection(0);
    await connection.recorded((each) => each.type === "request");
    await cancel(id);
    await cancel(id);
    await rejects(daemon.reply(id), "Cancelled");
    await assertOneReply(id);
  });

  it("of a transfer at any moment leaves no temporary file", async () => {
    const sshd = scope.add(await startSshd({ unprivileged: true }));
    const session = await login(daemon, sshd);
    makeFile(join(sshd.home, "remote"), 4 * 1024 * 1024);
    const folder = scope.tempDir();
    const dest = join(folder, "dest");
    let cancelled = 0;
    // Each a little later than the one before, from before its begin to after its end.
    for (let turns = 0; turns < 50; turns += 2) {
      writeFileSync(dest, oldContent);
      const id = await send("session.scpRecv", { session, source: "remote", dest });
      for (let turn = 0; turn < turns; turn++) await daemon.request("daemon.status");
      await cancel(id);
      const outcome: Json = await daemon.reply(id).catch((error: Json) => error.data.kind);
      assert.deepEqual(readdirSync(folder), ["dest"]);
      if (outcome === "Cancelled") {
        cancelled += 1;
        assert.equal(readFileSync(dest, "utf8"), oldContent);
      } else assert.deepEqual(outcome, { bytes: 4 * 1024 * 1024 });
    }
    assert.ok(cancelled > 0, "none was cancelled");
    await until(() => sshd.commands().length === 0, "no remote scp is left");
  });
});
