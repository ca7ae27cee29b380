import assert from "node:assert/strict";
import { existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { before, describe, it } from "mocha";
import { startDaemon } from "../fixtures/daemon.ts";
import { projectRoot } from "../fixtures/project.ts";
import { programPath, requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import type { SshServer } from "../fixtures/ssh-server.ts";
import { startSshd } from "../fixtures/sshd.ts";
import { nodeOf, npmOf, plainEnvironment, skipUnreached } from "./toolchain.ts";

/** Releases of Node, each with the npm that its users have. */
const releases = [
  { node: "20.20.2", npm: "10.9.9" },
  { node: "22.23.5", npm: "10.9.9" },
  { node: "24.22.3", npm: "11.19.1" },
  { node: "26.12.1", npm: "12.2.2" },
];

/** What a user may find in his folders after an installation, in bytes. */
const largest = 4_000_000;

describe("installing the package", function () {
  this.timeout(300_000);
  const scope = useScope("suite");
  let tarball: string;
  let server: SshServer;

  before(async function () {
    requires(this, "sshd");
    server = scope.add(await startSshd());
    const folder = scope.tempDir();
    const args = ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder];
    const { stdout } = await execa("npm", args, { cwd: projectRoot });
    tarball = join(folder, stdout.trim());
  });

  it("says on an old Node which it needs", async function () {
    const { node } = await nodeOf(this, "12.22.12");
    const bin = join(projectRoot, "bin/sshrpc.js");
    const { exitCode, stderr } = await execa(node, [bin], { reject: false });
    assert.equal(exitCode, 70);
    assert.equal(stderr, "sshrpc: needs Node.js 20.19 or later, this is 12.22.12");
  });

  for (const release of releases) {
    for (const compiler of ["with", "without"]) {
      it(`works on Node ${release.node} ${compiler} a compiler`, async function () {
        if (compiler === "with") requires(this, "python3", "compiler");
        const { folder, bin, node } = await nodeOf(this, release.node);
        const npm = await npmOf(this, release.npm);
        const home = scope.tempDir();
        // npm 12 runs the scripts of those packages only that it is told.
        const manifest = { allowScripts: { [`file:${tarball}`]: true } };
        writeFileSync(join(home, "package.json"), JSON.stringify(manifest));
        const path = compiler === "with" ? `${bin}:/usr/bin:/bin` : `${bin}:${bare(home)}`;
        const args = [npm, "install", "--no-audit", tarball];
        // That it is built and can be loaded; optimizing it takes a while, and changes nothing of that.
        const quick = { CXXFLAGS: "-O0" };
        const env = { ...plainEnvironment(), ...quick, PATH: path, npm_config_nodedir: folder };
        const installed = await execa(node, args, {
          cwd: home,
          env,
          extendEnv: false,
          all: true,
          reject: false,
        });
        if (installed.exitCode !== 0) skipUnreached(this, installed.all, "what it installs");

        const modules = join(home, "node_modules");
        const own = join(modules, "sshrpc");
        assert.ok(size(modules) <= largest, `${size(modules)}`);
        const binding = join(own, "dist/bundle/native/sshcrypto.node");
        assert.equal(existsSync(binding), compiler === "with", installed.all);
        if (compiler === "with") await execa(node, ["-e", `require(${JSON.stringify(binding)})`]);

        const program = join(own, "bin/sshrpc.js");
        const daemon = scope.add(startDaemon({ program, node, env: { PATH: path } }));
        const { host, port, username, password } = server;
        const login = { host, port, username, password };
        const { session } = await daemon.request("ssh.new", login);
        const result = await daemon.request("session.exec", {
          session,
          command: "echo hi; exit 3",
        });
        assert.deepEqual([result.output, result.exitCode], ["hi\n", 3]);
      });
    }
  }
});

/** A folder for PATH with a shell, and with nothing that compiles. */
function bare(home: string): string {
  const folder = join(home, "bare");
  mkdirSync(folder);
  symlinkSync(programPath("sh"), join(folder, "sh"));
  return folder;
}

/** Of a folder's files, in bytes. */
function size(folder: string): number {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return paths
    .map((path) => lstatSync(join(folder, path)))
    .reduce((sum, each) => sum + (each.isFile() ? each.size : 0), 0);
}
