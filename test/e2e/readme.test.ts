import assert from "node:assert/strict";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import { projectRoot } from "../fixtures/project.ts";
import { programPath, requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";

const readme = readFileSync(join(projectRoot, "README.md"), "utf8");

/** The README's examples run as they are printed, but for the server's address. */
describe("README.md", function () {
  this.timeout(120_000);
  const scope = useScope("suite");
  let server: SshServer;
  let cwd: string;
  let env: Record<string, string>;

  before(async function () {
    requires(this, "sshd");
    server = scope.add(await startSshd());
    cwd = scope.tempDir();
    env = { HOME: cwd, SSHRPC_DAEMON: join(projectRoot, "bin/sshrpc.js") };
    writeFileSync(join(cwd, "site.conf"), "new");
  });

  /** A block of a language under a heading, the first or one behind it, with the test's server for the one that it names. */
  function example(heading: string, language: string, number = 0): string {
    const section = readme.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0];
    const blocks = [...(section ?? "").matchAll(/```(\w*)\n(.*?)```/gs)];
    const block = blocks.filter((each) => each[1] === language)[number]?.[2];
    assert.ok(block, `no ${language} under ${heading}`);
    return block
      .replaceAll(/\broot\b/g, server.username)
      .replaceAll(/\bsecret\b/g, server.password)
      .replaceAll("192.0.2.7", server.host)
      .replaceAll("/etc/", `${server.home}/`);
  }

  it("a request from a shell", async () => {
    const line = example("Raw JSON-RPC", "sh").trim();
    assert.match(line, /^\$ .*\| npx sshrpc$/);
    const program = `'${join(projectRoot, "bin/sshrpc.js")}'`;
    const { stdout } = await execa("/bin/sh", ["-c", line.slice(2).replace("npx sshrpc", program)]);
    const { id, result } = JSON.parse(stdout);
    assert.deepEqual([id, result.sessions], [1, []]);
  });

  it("a session on the wire", async () => {
    writeFileSync(join(server.home, "os-release"), "x".repeat(267));
    const daemon = scope.add(startDaemon({ cwd, env, framing: "lines" }));
    // The host key is known there.
    const { host, port, username, password } = server;
    await daemon.request("ssh.new", { host, port, username, password });
    const other = scope.add(startDaemon({ cwd, env, framing: "lines" }));
    const lines = example("Raw JSON-RPC", "").trim().split("\n");
    assert.equal(lines.length, 8);
    for (let at = 0; at < lines.length; at += 2) {
      const request = JSON.parse((lines[at] ?? "").replace(/^→ /, "").replace(",22,", `,${port},`));
      await other.send(request);
      const shown = JSON.parse(
        (lines[at + 1] ?? "").replace(/^← /, "").replace('"port":22,', `"port":${port},`),
      );
      assert.deepEqual(comparable(await other.reply(request.id)), comparable(shown.result));
    }
  });

  it("a shell, files and a tunnel on the wire", async () => {
    mkdirSync(join(cwd, "site"));
    writeFileSync(join(cwd, "site/index.html"), "new");
    const daemon = scope.add(startDaemon({ cwd, env, framing: "lines" }));
    const { host, port, username, password } = server;
    await daemon.request("ssh.new", { host, port, username, password });
    const lines = example("Raw JSON-RPC", "", 1).trim().split("\n");
    const requests = lines.map((line) => JSON.parse(line.replace(/^→ /, "")));
    for (const request of requests) await daemon.send(request);
    const results = await Promise.all(requests.map(({ id }) => daemon.reply(id)));
    const [shell, write, listing, put, forward] = results;
    assert.deepEqual([shell.exitCode, write], [0, true]);
    assert.ok(listing.entries.length > 0);
    assert.deepEqual([put.files, forward.forward], [1, 1]);
    assert.equal(readFileSync(join(server.home, "site/index.html"), "utf8"), "new");
  });

  it("JavaScript", async () => {
    const text = example("JavaScript", "js").replace(
      "username:",
      `port: ${server.port}, username:`,
    );
    // Where the package is found by its name.
    mkdirSync(join(cwd, "node_modules"));
    symlinkSync(projectRoot, join(cwd, "node_modules/sshrpc"));
    writeFileSync(join(cwd, "example.mjs"), text);
    const { stdout } = await execa(process.execPath, [join(cwd, "example.mjs")], { cwd, env });
    assert.equal(stdout, "Linux 3");
    assert.equal(readFileSync(join(server.home, "site.conf"), "utf8"), "new");
  });

  it("Python", async function () {
    requires(this, "python3");
    const text = example("Python", "python").replace("username=", `port=${server.port}, username=`);
    const options = { cwd, env: { ...env, PYTHONPATH: join(projectRoot, "clients/python/src") } };
    const { stdout } = await execa(programPath("python3"), ["-c", text], options);
    assert.equal(stdout, "Linux\n 3");
    assert.equal(readFileSync(join(server.home, "site.conf"), "utf8"), "new");
  });

  it("Lua", async function () {
    requires(this, "lua5.4");
    const text = example("Lua", "lua").replace("username =", `port = ${server.port}, username =`);
    const lua = join(projectRoot, "clients/lua");
    const options = { cwd, env: { ...env, LUA_PATH: `${lua}/?.lua;${lua}/?/init.lua;;` } };
    const { stdout } = await execa(programPath("lua5.4"), ["-e", text], options);
    assert.equal(stdout, "Linux\n\t3");
  });

  it("Go", async function () {
    requires(this, "go");
    const text = example("Go", "go").replace(":22", `:${server.port}`);
    const imports = ["context", "fmt", "log", "github.com/sshrpc/sshrpc/clients/go"];
    const program = [
      "package main",
      ...imports.map((each) => `import "${each}"`),
      `func main() {\nctx := context.Background()\n${text}}\n`,
    ];
    // A module of its own, which takes the client from this checkout.
    const folder = scope.tempDir();
    const binary = join(folder, "example");
    const client = "github.com/sshrpc/sshrpc/clients/go";
    const module = ["module example", "go 1.19", `require ${client} v0.0.0`];
    module.push(`replace ${client} => ${join(projectRoot, "clients/go")}`);
    writeFileSync(join(folder, "go.mod"), module.join("\n"));
    writeFileSync(join(folder, "main.go"), program.join("\n"));
    const options = { GOTOOLCHAIN: "local", GOFLAGS: "", GOPROXY: "off", GOWORK: "off" };
    await execa(programPath("go"), ["build", "-o", binary, "."], { cwd: folder, env: options });
    assert.equal((await execa(binary, [], { cwd, env })).stdout, "Linux\n<nil>");
  });
});

/** A result without what is another on each machine. */
function comparable(result: unknown): unknown {
  const vary = new Set([
    "serverIdent",
    "fingerprint",
    "output",
    "kex",
    "cipher",
    "mac",
    "postQuantum",
  ]);
  return JSON.parse(
    JSON.stringify(result, (name, value: unknown) => (vary.has(name) ? typeof value : value)),
  );
}
