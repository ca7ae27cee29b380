import assert from "node:assert/strict";
import { readFileSync, readdirSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startDaemon } from "../fixtures/daemon.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { startSshd } from "../fixtures/sshd.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { TcpProxy } from "../fixtures/tcp-proxy.ts";
import { failureOf, login, statusOf } from "./support/calls.ts";
import { fails, refusesParam } from "./support/fails.ts";
import { Files } from "./support/files.ts";

describe("the channel of a session's files", function () {
  const scope = useScope();

  before(function () {
    requires(this, "sshd");
  });

  async function start(config: string[] = []) {
    const server = scope.add(await startSshd({ config }));
    const daemon = scope.add(startDaemon());
    const session = await login(daemon, server);
    return { server, daemon, session, files: new Files(daemon, session), folder: scope.tempDir() };
  }

  it("is kept, and given back to a command that needs it", async () => {
    const { daemon, session, files, folder } = await start(["MaxSessions 1"]);
    await files.call("stat", { path: folder });
    await Promise.all([files.call("stat", { path: folder }), files.call("lstat", { path: "/" })]);
    assert.equal((await statusOf(daemon, session)).channels, 1);
    const { output } = await daemon.request("session.exec", { session, command: "echo ran" });
    assert.equal(output, "ran\n");
    assert.equal((await files.call("stat", { path: folder })).type, "directory");
  });

  it("has tokens that name one call, whether it lists or runs", async () => {
    const { daemon, session, files, folder } = await start();
    for (let n = 0; n < 20; n++) writeFileSync(join(folder, `f${n}`), "");
    const list = { path: folder, stream: true, token: "o", window: 10 };
    const run = { session, command: "cat", token: "o", openStdin: true };
    const listing = files.call("readdir", list);
    await daemon.waitFor(({ params }) => params?.token === "o");
    await refusesParam(daemon.request("session.exec", run), "token");
    const signal = { token: "o", signal: "TERM" };
    await fails(daemon.request("session.signal", signal), "CommandNotFound");
    await daemon.request("session.windowAdjust", { token: "o", bytes: 1000 });
    assert.ok((await listing).count > 10);
    const running = daemon.request("session.exec", run);
    await refusesParam(files.call("readdir", list), "token");
    await daemon.request("session.closeStdin", { token: "o" });
    assert.equal((await running).exitCode, 0);
    assert.ok((await files.call("readdir", { ...list, window: 1000 })).count > 10);
  });

  it("isn't given back while a file is open", async () => {
    const { daemon, session, files, folder } = await start(["MaxSessions 1"]);
    writeFileSync(join(folder, "f"), "abc");
    const { file } = await files.call("open", { path: join(folder, "f") });
    const command = daemon.request("session.exec", { session, command: "echo ran", timeout: 0.5 });
    await fails(command, "Timeout", { phase: "queue" });
    assert.equal((await files.file("read", file, { offset: 0, length: 9 })).data, "abc");
    await files.file("close", file);
    const { output } = await daemon.request("session.exec", { session, command: "echo ran" });
    assert.equal(output, "ran\n");
  });

  it("is opened anew when the server has ended it", async () => {
    const { server, files, folder } = await start(["Subsystem sftp /usr/lib/openssh/sftp-server"]);
    writeFileSync(join(folder, "f"), "abc");
    const { file } = await files.call("open", { path: join(folder, "f") });
    // With the shell that may have started it.
    for (const pid of server.commands()) process.kill(pid, "SIGKILL");
    await fails(files.file("read", file, { offset: 0, length: 1 }), "RemoteFileError", {
      code: "EPIPE",
    });
    assert.equal((await files.call("stat", { path: folder })).type, "directory");
  });

  it("a session that ends takes its open files along", async () => {
    const { daemon, session, files, folder } = await start();
    writeFileSync(join(folder, "f"), "abc");
    const { file } = await files.call("open", { path: join(folder, "f") });
    await daemon.request("session.free", { session });
    await fails(files.file("stat", file), "RemoteFileError", { code: "EBADF", dispatched: "no" });
    await fails(files.call("stat", { path: folder }), "SessionNotFound");
  });

  it("a first call costs three round trips, the next ones one", async () => {
    const { server, daemon, folder } = await start();
    const { host, port } = server;
    const proxy = scope.add(await TcpProxy.start({ target: { host, port } }));
    const session = await login(daemon, { ...server, host: proxy.host, port: proxy.port });
    const files = new Files(daemon, session);
    const count = async (work: () => Promise<unknown>) => {
      const before = proxy.roundTrips;
      await work();
      return proxy.roundTrips - before;
    };
    const stat = () => files.call("lstat", { path: join(folder, "no") }).catch(() => {});
    const first = await count(stat);
    assert.ok(first <= 3, `${first}`);
    const second = await count(stat);
    assert.ok(second <= 1, `${second}`);
  });
});

describe("a large file over a link with delay", function () {
  const scope = useScope();

  before(function () {
    requires(this, "sshd");
  });

  /** A session over a link of 40 ms, and a file of 50 MB to be put. */
  async function delayed(server: SshServer) {
    const daemon = scope.add(startDaemon());
    const { host, port } = server;
    const proxy = scope.add(await TcpProxy.start({ target: { host, port }, delay: 20 }));
    const session = await login(daemon, { ...server, host: proxy.host, port: proxy.port });
    const [source, dest] = [join(scope.tempDir(), "from"), join(scope.tempDir(), "to")];
    const content = Buffer.alloc(50_000_001);
    for (let at = 0; at < content.length - 4; at += 512) content.writeUInt32LE(at, at);
    writeFileSync(source, content);
    return { daemon, session, source, dest, content };
  }

  for (const sessions of [10, 3]) {
    it(`goes over several channels, of ${sessions} that the server allows`, async () => {
      const server = scope.add(await startSshd({ config: [`MaxSessions ${sessions}`] }));
      const { daemon, session, source, dest, content } = await delayed(server);
      // Commands that ran before have channels open ahead, which are to be had.
      for (let n = 0; n < 3; n++)
        await daemon.request("session.exec", { session, command: "true" });
      await daemon.request("fs.stat", { session, path: "/" });
      const put = daemon.request("fs.put", { session, source, dest });
      const command = daemon.request("session.exec", { session, command: "echo ran" });
      assert.equal((await command).output, "ran\n");
      assert.equal((await put).bytes, content.length);
      assert.ok(readFileSync(dest).equals(content));
      assert.deepEqual(readdirSync(join(dest, "..")), ["to"]);
      assert.ok((await statusOf(daemon, session)).channels <= sessions);
      const started = server.log().match(/Starting session: subsystem 'sftp'/g) ?? [];
      assert.ok(started.length >= 2, server.log());
    }).timeout(30_000);
  }

  it("is whole where the server's programs of the further channels are killed", async () => {
    const config = ["Subsystem sftp /usr/lib/openssh/sftp-server"];
    const server = scope.add(await startSshd({ config }));
    const { daemon, session, source, dest, content } = await delayed(server);
    await daemon.request("fs.stat", { session, path: "/" });
    const kept = new Set(server.commands());
    const state = { isOver: false };
    const put = daemon
      .request("fs.put", { session, source, dest })
      .finally(() => (state.isOver = true));
    put.catch(() => {});
    // Each when it is seen: some have taken a part of the file by then.
    const others = () => server.commands().filter((pid) => !kept.has(pid));
    while (!state.isOver) {
      for (const pid of others()) killIfThere(pid);
      await delay(50);
    }
    assert.equal((await put).bytes, content.length);
    assert.ok(readFileSync(dest).equals(content));
    assert.deepEqual(readdirSync(join(dest, "..")), ["to"]);
    const started = server.log().match(/Starting session: subsystem 'sftp'/g) ?? [];
    assert.ok(started.length >= 2, server.log());
  }).timeout(60_000);
});

/** One that ended by itself meanwhile is gone. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "ESRCH");
  }
}

describe("a large read-only file over a link with delay", function () {
  const scope = useScope();

  before(function () {
    requires(this, "sshd");
  });

  it("is put by an ordinary user as a new file, and over one that is read-only", async () => {
    const server = scope.add(await startSshd({ unprivileged: true }));
    const daemon = scope.add(startDaemon());
    const { host, port } = server;
    const proxy = scope.add(await TcpProxy.start({ target: { host, port }, delay: 20 }));
    const session = await login(daemon, { ...server, host: proxy.host, port: proxy.port });
    const [source, dest] = [join(scope.tempDir(), "from"), join(server.home, "to")];
    const content = Buffer.alloc(20_000_001, "content");
    writeFileSync(source, content, { mode: 0o444 });
    // Channels that are open ahead are to be had at once.
    for (let n = 0; n < 3; n++) await daemon.request("session.exec", { session, command: "true" });
    await daemon.request("fs.stat", { session, path: "/" });
    for (const _ of ["new", "over"]) {
      await daemon.request("fs.put", { session, source, dest });
      assert.ok(readFileSync(dest).equals(content));
      assert.equal(statSync(dest).mode & 0o777, 0o444);
    }
  }).timeout(30_000);
});

describe("transfers that are broken off", function () {
  const scope = useScope();

  before(function () {
    requires(this, "sshd");
  });

  for (const way of ["get", "put"] as const) {
    it(`${way}: resuming finishes, and leaves nothing behind`, async () => {
      const server = scope.add(await startSshd());
      const daemon = scope.add(startDaemon());
      const [from, to] = [join(scope.tempDir(), "from"), join(scope.tempDir(), "to")];
      mkdirSync(from);
      mkdirSync(to);
      for (let n = 0; n < 60; n++) {
        writeFileSync(join(from, `f${n}`), Buffer.alloc(100_000 + n, `${n} `));
        writeFileSync(join(to, `f${n}`), `old ${n}`);
      }
      const isWhole = (name: string) => {
        const now = readFileSync(join(to, name));
        return now.equals(readFileSync(join(from, name))) || /^old \d+$/.test(now.toString());
      };
      const params = { source: from, dest: to, recursive: true, resume: true };
      for (const share of [0.05, 0.3, 0.7]) {
        const { host, port } = server;
        const most = Math.floor(6_000_000 * share);
        const stallAfter = way === "get" ? { down: most } : { up: most };
        const proxy = scope.add(await TcpProxy.start({ target: { host, port }, stallAfter }));
        const session = await login(daemon, { ...server, host: proxy.host, port: proxy.port });
        const call = daemon.request(`fs.${way}`, { session, ...params, idleTimeout: 0.7 });
        const error = await failureOf(call);
        assert.equal(error.data.kind, "Timeout");
        await daemon.request("session.free", { session });
        const names = readdirSync(to).filter((name) => !name.startsWith("."));
        assert.equal(names.length, 60);
        assert.deepEqual(
          names.filter((name) => !isWhole(name)),
          [],
        );
      }
      const session = await login(daemon, server);
      await daemon.request(`fs.${way}`, { session, ...params });
      assert.deepEqual(readdirSync(to).toSorted(), readdirSync(from).toSorted());
      for (const name of readdirSync(from)) {
        assert.ok(readFileSync(join(to, name)).equals(readFileSync(join(from, name))), name);
      }
    }).timeout(30_000);

    it(`${way}: a call that is cancelled leaves nothing behind`, async () => {
      const server = scope.add(await startSshd());
      const daemon = scope.add(startDaemon());
      const session = await login(daemon, server);
      const [from, to] = [join(scope.tempDir(), "from"), join(scope.tempDir(), "to")];
      writeFileSync(to, "old");
      writeFileSync(from, Buffer.alloc(50_000_000, "x"));
      const params = { session, source: from, dest: to, workDoneToken: "w" };
      await daemon.send({ id: 9000, method: `fs.${way}`, params });
      await daemon.waitFor(({ method }) => method === "$/progress");
      await daemon.notify("$/cancelRequest", { id: 9000 });
      await fails(daemon.reply(9000), "Cancelled");
      // Requests are carried out in order: behind this answer, the removal is done.
      await daemon.request("fs.stat", { session, path: to });
      assert.deepEqual(readdirSync(join(to, "..")), ["to"]);
      assert.equal(readFileSync(to, "utf8"), "old");
    });
  }
});
