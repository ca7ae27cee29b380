import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, it } from "mocha";
import { startDaemon } from "../../fixtures/daemon.ts";
import type { Daemon, DaemonOptions } from "../../fixtures/daemon.ts";
import { isRunning, track } from "../../fixtures/processes.ts";
import { projectRoot } from "../../fixtures/project.ts";
import { useScope } from "../../fixtures/scope.ts";
import { until } from "../../fixtures/until.ts";

const bin = join(projectRoot, "bin/sshrpc.js");
const status = '{"jsonrpc":"2.0","id":1,"method":"daemon.status"}';

/** Runs the program to its end. */
async function run(args: string[], stdin = "") {
  const child = track(spawn(process.execPath, [bin, ...args]));
  child.stdin.on("error", () => {});
  child.stdin.end(stdin);
  const closed = once(child, "close");
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await closed) as [number | null];
  return { code, stdout, stderr };
}

describe("server: the daemon's end", () => {
  const scope = useScope();
  const start = async (options?: DaemonOptions): Promise<Daemon> => {
    const daemon = scope.add(startDaemon(options));
    await daemon.request("daemon.status");
    return daemon;
  };

  const assertClean = async (daemon: Daemon, expected = 0): Promise<void> => {
    const { code, signal: by } = await daemon.exit;
    assert.deepEqual({ code, by }, { code: expected, by: null });
    assert.equal(daemon.stderr(), "");
  };

  it("comes with EOF", async () => {
    const daemon = await start();
    daemon.endStdin();
    await assertClean(daemon);
  });

  it("comes after the replies to what was sent before EOF", async () => {
    const requests = `${status}\n`.repeat(50).replaceAll('"id":1', () => `"id":${Math.random()}`);
    const { code, stdout, stderr } = await run([], requests.trimEnd());
    assert.equal(stdout.trimEnd().split("\n").length, 50);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  });

  it("comes soon after EOF for calls that take longer: they are cancelled, and answered", async () => {
    const server = createServer();
    scope.defer(() => server.close());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const daemon = await start();
    const call = daemon.request("ssh.new", { host: "127.0.0.1", port, username: "u" });
    const [silent] = (await once(server, "connection")) as [Socket];
    silent.on("error", () => {}).resume();
    daemon.endStdin();
    await assert.rejects(call, { code: -32800 });
    await assertClean(daemon);
  });

  it("comes with exit: exit code 1, as LSP has it without a shutdown before", async () => {
    const daemon = await start();
    await daemon.notify("exit");
    await assertClean(daemon, 1);
  });

  it("comes with shutdown and exit", async () => {
    const daemon = await start();
    assert.equal(await daemon.request("shutdown"), null);
    await daemon.notify("exit");
    await assertClean(daemon);
  });

  for (const name of ["SIGTERM", "SIGHUP"] as const) {
    it(`comes with ${name}`, async () => {
      const daemon = await start();
      daemon.signal(name);
      await assertClean(daemon);
    });
  }

  it("comes with the closing of its stdout, at the next reply", async () => {
    const daemon = await start();
    await daemon.closeStdout();
    await daemon.notify("session.free", [1]);
    await daemon.send({ id: 9, method: "daemon.status" });
    await assertClean(daemon);
  });

  it("comes though nobody reads its replies", async () => {
    const daemon = await start();
    daemon.pause();
    for (let id = 100; id < 3000; id++) await daemon.send({ id, method: "daemon.status" });
    daemon.signal("SIGTERM");
    await until(() => daemon.hasExited, "its exit");
    daemon.resume();
    await assertClean(daemon);
  });

  it("does not come with SIGINT", async () => {
    const daemon = await start();
    daemon.signal("SIGINT");
    await daemon.request("daemon.status");
  });

  for (const how of ["--clientProcessId", "initialize"] as const) {
    it(`comes with the end of the process that ${how} names`, async () => {
      const other = track(spawn("sleep", ["1000"]));
      const named = how === "initialize" ? [] : [`--clientProcessId=${other.pid}`];
      const daemon = await start({ args: named });
      if (how === "initialize") await daemon.request("initialize", { processId: other.pid });
      await daemon.request("daemon.status");
      other.kill("SIGKILL");
      await assertClean(daemon);
    });
  }

  it("comes with its parent's death, though others hold its stdin open", async () => {
    const fifo = join(scope.tempDir(), "stdin");
    execFileSync("mkfifo", [fifo]);
    const held = openSync(fifo, "r+");
    scope.defer(() => closeSync(held));
    // The daemon's stdout is this process's pipe, handed down by the one in between.
    const script = `
      const stdin = require("node:fs").openSync(${JSON.stringify(fifo)}, "r");
      const stdio = [stdin, "inherit", "inherit"];
      require("node:child_process").spawn(process.execPath, [${JSON.stringify(bin)}], { stdio });
    `;
    const parent = track(spawn(process.execPath, ["-e", script], { stdio: "pipe" }));
    const output = text(parent.stdout.on("data", () => parent.kill("SIGKILL")));
    writeSync(held, `${status}\n`);
    // It ends when all that could write to the pipe are gone.
    const { result } = JSON.parse(await output) as { result: { pid: number } };
    await until(() => !isRunning(result.pid), "the daemon's end");
  });

  it("leaves a reply of many megabytes whole", async () => {
    const line = JSON.stringify({ jsonrpc: "2.0", id: "x".repeat(8e6), method: "daemon.status" });
    const { stdout } = await run([], `${line}\n`);
    assert.equal((JSON.parse(stdout) as { id: string }).id.length, 8e6);
  });

  it("takes what console prints for the log's", async () => {
    const preload = join(scope.tempDir(), "noise.mjs");
    writeFileSync(preload, `setTimeout(() => console.log("noise\\n\\u001b[2J", { a: 1 }), 300);`);
    const daemon = await start({ env: { NODE_OPTIONS: `--import=${preload}` } });
    await until(() => daemon.stderr() !== "", "the noise");
    assert.match(daemon.stderr(), /^\S+Z warn noise\\n\\u\{1b\}\[2J \{ a: 1 \}\n$/);
    await daemon.request("daemon.status");
  });

  it("is exit code 70 after an uncaught exception, which is logged", async () => {
    const preload = join(scope.tempDir(), "fault.mjs");
    writeFileSync(preload, `process.on("SIGUSR2", () => { throw new Error("a fault"); });`);
    const daemon = await start({ env: { NODE_OPTIONS: `--import=${preload}` } });
    daemon.signal("SIGUSR2");
    assert.equal((await daemon.exit).code, 70);
    assert.match(daemon.stderr(), /^\S+Z error internal error: Error: a fault\\n[^\n]*\n$/);
  });

  it("does not come with a promise that nobody looks after", async () => {
    const preload = join(scope.tempDir(), "fault.mjs");
    writeFileSync(
      preload,
      `process.on("SIGUSR2", () => { void Promise.reject(new Error("a fault")); });`,
    );
    const daemon = await start({ env: { NODE_OPTIONS: `--import=${preload}` } });
    daemon.signal("SIGUSR2");
    await until(() => daemon.stderr().includes("unhandled rejection: Error: a fault"), "the log");
    await daemon.request("daemon.status");
  });

  it("does not come with a closed stderr", async () => {
    const child = track(spawn(process.execPath, [bin, "--log-level=debug"], { stdio: "pipe" }));
    child.stderr.destroy();
    const output = text(child.stdout);
    child.stdin.write(`${status}\n`);
    await once(child.stdout, "data");
    child.stdin.end(`${status}\n`);
    assert.equal((await once(child, "close"))[0], 0);
    assert.equal((await output).trimEnd().split("\n").length, 2);
  });

  it("does not come, nor a halt, with a stderr that nobody reads", async () => {
    const child = track(spawn(process.execPath, [bin, "--log-level=debug"], { stdio: "pipe" }));
    const method = `${"x".repeat(90)}\\u0007`;
    let requests = "";
    for (let id = 0; id < 20_000; id++) {
      requests += `{"jsonrpc":"2.0","id":${id},"method":"${method}"}\n`;
    }
    child.stdin.end(requests);
    const replies = (await text(child.stdout)).trimEnd().split("\n");
    assert.ok(replies.length > 0);
    await until(() => child.exitCode !== null, "its exit");
    assert.equal(child.exitCode, 0);
    child.stderr.destroy();
  });
});

describe("server: the command line", () => {
  const scope = useScope();

  it("tells its version and its options", async () => {
    const manifest = readFileSync(join(projectRoot, "package.json"), "utf8");
    const { version } = JSON.parse(manifest) as { version: string };
    assert.deepEqual(await run(["--version"]), { code: 0, stdout: `${version}\n`, stderr: "" });
    const { code, stdout, stderr } = await run(["--help"]);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    assert.match(stdout, /^Usage: sshrpc /);
    assert.ok(stdout.split("\n").every((line) => line.length <= 80));
  });

  const wrong = [
    ["--nonsense"],
    ["--stdio=1"],
    ["stray"],
    ["--log-level=loud"],
    ["--log-level"],
    ["--port=0"],
    ["--port=65536"],
    ["--socket=1e3"],
    ["--pipe="],
    ["--clientProcessId=0"],
    ["--clientProcessId=me"],
    ["--stdio", "--port=1"],
    ["--pipe=a", "--socket=1"],
    ["--socket=1", "--port=1"],
    ["--log-file=/dev/null/log"],
  ];
  it("is refused where it makes no sense: exit code 2, and the usage", async () => {
    for (const args of wrong) {
      const { code, stdout, stderr } = await run(args, status);
      assert.deepEqual({ args, code, stdout }, { args, code: 2, stdout: "" });
      assert.match(stderr, /^sshrpc: .*\n(.*\n)*Usage: sshrpc .*\n$/);
    }
  });

  it("appends the log to a file that only its owner reads", async () => {
    const path = join(scope.tempDir(), "log");
    for (let round = 0; round < 2; round++) {
      const { stderr } = await run([`--log-file=${path}`, "--log-level=info"], status);
      assert.equal(stderr, "");
    }
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    assert.equal(lines.filter((line) => line.endsWith("Z info ends: input ended")).length, 2);
  });
});

describe("server: a client that listens", () => {
  const scope = useScope();

  const listen = async (where: "pipe" | "socket") => {
    const server = createServer({ allowHalfOpen: true });
    scope.defer(() => server.close());
    if (where === "pipe") server.listen(join(scope.tempDir(), "client"));
    else server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address =
      where === "pipe" ? (server.address() as string) : (server.address() as AddressInfo).port;
    return { server, address };
  };

  for (const option of ["pipe", "socket", "port"] as const) {
    it(`--${option}: is connected to, and answered also after its end`, async () => {
      const { server, address } = await listen(option === "pipe" ? "pipe" : "socket");
      const ended = run([`--${option}=${address}`]);
      const [socket] = (await once(server, "connection")) as [Socket];
      socket.end(`${status}\n`);
      const reply = JSON.parse(await text(socket)) as { id: number; result: { pid: number } };
      assert.equal(reply.id, 1);
      assert.deepEqual(await ended, { code: 0, stdout: "", stderr: "" });
    });
  }

  it("that resets the connection ends the daemon", async () => {
    const { server, address } = await listen("socket");
    const ended = run([`--socket=${address}`]);
    const [socket] = (await once(server, "connection")) as [Socket];
    // Answered, it knows that it is connected.
    socket.write(`${status}\n`);
    await once(socket, "data");
    socket.resetAndDestroy();
    assert.deepEqual(await ended, { code: 0, stdout: "", stderr: "" });
  });

  it("that isn't there: exit code 2", async () => {
    const { server, address } = await listen("socket");
    server.close();
    await once(server, "close");
    for (const option of [`--socket=${address}`, `--pipe=${join(scope.tempDir(), "none")}`]) {
      const { code, stderr } = await run([option]);
      assert.equal(code, 2);
      assert.match(stderr, /^sshrpc: can't connect to the client: .*\n$/);
    }
  });
});
