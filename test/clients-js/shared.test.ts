import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import { Daemon, connect } from "../../clients/js/index.ts";
import type { SshError } from "../../clients/js/index.ts";
import { version } from "../../clients/js/rpc/contract.ts";
import { exists } from "../../src/server/host/process-watch.ts";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { makeRuntimeFolder } from "../fixtures/runtime-folder.ts";
import { useScope } from "../fixtures/scope.ts";
import { until } from "../fixtures/until.ts";
import { Lab } from "./lab.ts";

describe("JavaScript client: the shared daemon", function () {
  this.timeout(60_000);
  const suite = useScope("suite");
  const scope = useScope();
  let lab: Lab;
  let runtime: string;
  let given: string | undefined;

  before(async function () {
    requires(this, "sshd");
    lab = await Lab.start(suite);
  });
  beforeEach(() => {
    runtime = makeRuntimeFolder(scope);
    given = process.env["XDG_RUNTIME_DIR"];
    process.env["XDG_RUNTIME_DIR"] = runtime;
  });
  afterEach(() => {
    if (given === undefined) delete process.env["XDG_RUNTIME_DIR"];
    else process.env["XDG_RUNTIME_DIR"] = given;
  });

  const folder = () => join(runtime, "sshrpc");
  const socket = () => join(folder(), `${version}.sock`);
  const pidOf = async (daemon: Daemon) => (await daemon.status()).pid;

  /** Has one run that no client of ours has started. */
  const started = async (): Promise<number> => {
    await using daemon = await Daemon.start({ shared: true });
    return await pidOf(daemon);
  };

  it("is started where there is none, outlives its clients, and is one for all", async () => {
    const pid = await started();
    const pids = await Promise.all(
      [1, 2, 3].map(async () => {
        await using session = await lab.connect({ shared: true });
        assert.equal((await session.run("echo on")).stdout, "on");
        return await pidOf(session.daemon);
      }),
    );
    assert.deepEqual(pids, [pid, pid, pid]);
    assert.ok(exists(pid));
  });

  it("with persist, keeps the login for the next one", async () => {
    await started();
    const before = lab.server.accepted();
    for (let at = 0; at < 2; at++) {
      const daemon = await Daemon.start({ shared: true });
      await using session = await lab.connect({ daemon, persist: 600 });
      assert.equal((await session.run("echo on")).stdout, "on");
      await session.close();
      await daemon.close();
    }
    assert.equal(lab.server.accepted(), before + 1);
  });

  it("gives each client handles of its own", async () => {
    await started();
    await using first = await lab.connect({ shared: true });
    await using other = await Daemon.start({ shared: true });
    await using second = await lab.connect({ daemon: other });
    assert.equal((await other.status()).sessions.length, 1);
    assert.equal((await other.request("daemon.status", { all: true })).sessions.length, 2);
    await second.close();
    assert.equal((await first.run("echo on")).stdout, "on");
  });

  it("ends: every call is told, and the next session has another", async () => {
    const pids = new Set([await started()]);
    for (let at = 0; at < 2; at++) {
      const session = await lab.connect({ shared: true });
      const pid = await pidOf(session.daemon);
      const running = assert.rejects(session.run("sleep 1000"), (error: SshError) => {
        assert.match(error.message, /ended/);
        return error.kind === "DaemonError" && error.dispatched === "maybe";
      });
      process.kill(pid, "SIGKILL");
      await running;
      await using again = await lab.connect({ shared: true });
      assert.equal((await again.run("echo new")).stdout, "new");
      pids.add(await pidOf(again.daemon));
      await session.close();
    }
    assert.equal(pids.size, 3);
  });

  it("that ends as it is connected to is replaced", async () => {
    mkdirSync(folder(), { mode: 0o700 });
    const server = createServer((connection) => {
      server.close();
      connection.destroy();
    });
    await new Promise<void>((resolve) => server.listen(socket(), resolve));
    chmodSync(socket(), 0o600);
    await using session = await lab.connect({ shared: true });
    assert.equal((await session.run("echo on")).stdout, "on");
  });

  it("isn't looked for where others may put something", async () => {
    const elsewhere = scope.tempDir();
    for (const make of [
      () => mkdirSync(folder(), { mode: 0o755 }),
      () => symlinkSync(elsewhere, folder()),
      () => writeFileSync(folder(), ""),
    ]) {
      make();
      await assert.rejects(Daemon.start({ shared: true }), {
        kind: "DaemonError",
        dispatched: "no",
      });
      await execa("rm", ["-rf", folder()]);
    }
    await started();
    chmodSync(socket(), 0o666);
    await assert.rejects(Daemon.start({ shared: true }), /can't be trusted/);
    unlinkSync(socket());
  });

  it("knows our directory, variables and umask", async () => {
    await started();
    const cwd = scope.tempDir();
    const program = `
      import { connect } from ${JSON.stringify(join(projectRoot, "dist/clients/js/index.js"))};
      process.umask(0o027);
      const told = connect({ host: "nowhere", shared: true, proxyCommand: "sh -c 'pwd; echo $TOLD' >told" });
      await told.catch((error) => console.log(error.kind));
      const session = await connect({ ...${JSON.stringify(lab.options)}, shared: true });
      await session.writeFile("masked", "x");
      await session.fs.chmod("masked", 0o666);
      await session.get("masked", "masked");
      await session.close();
    `;
    const args = ["--input-type=module", "-e", program];
    const { stdout } = await execa(process.execPath, args, { cwd, env: { TOLD: "yes" } });
    assert.equal(stdout, "ConnectFailed");
    assert.equal(readFileSync(join(cwd, "told"), "utf8"), `${cwd}\nyes\n`);
    assert.equal(statSync(join(cwd, "masked")).mode & 0o777, 0o640);
  });

  it("keeps no program alive, and loses what one had that was killed", async () => {
    await started();
    await using watcher = await Daemon.start({ shared: true });
    const sessions = async () =>
      (await watcher.request("daemon.status", { all: true })).sessions.length;
    const program = (end: string) => `
      import { connect } from ${JSON.stringify(join(projectRoot, "dist/clients/js/index.js"))};
      globalThis.session = await connect({ ...${JSON.stringify(lab.options)}, shared: true });
      console.log((await session.run("echo on")).stdout);
      ${end}
    `;
    for (const end of ["", "process.exit()", "process.kill(process.pid, 'SIGKILL')"]) {
      const args = ["--input-type=module", "-e", program(end)];
      const { stdout } = await execa(process.execPath, args, { reject: false, timeout: 30_000 });
      assert.equal(stdout, "on");
      await until(async () => (await sessions()) === 0, "its session is gone");
    }
  });

  it("can't be had together with a daemon, or a session to go through", async () => {
    await using daemon = await Daemon.start();
    await assert.rejects(connect({ ...lab.options, daemon, shared: true }), TypeError);
    await using via = await lab.connect({ daemon });
    await assert.rejects(connect({ ...lab.options, via, shared: true }), TypeError);
  });
});
