import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { before, describe, it } from "mocha";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { npmOf, plainEnvironment, skipUnreached } from "./toolchain.ts";

describe("installing from a checkout", function () {
  this.timeout(300_000);
  const scope = useScope("suite");
  let repository: string;
  let version: string;

  // That the binding needn't be built saves most of the time; nodes.test.ts has it. And what the
  // project itself was installed of need not be asked for again.
  const env = {
    ...plainEnvironment(),
    CXX: "false",
    CC: "false",
    npm_config_prefer_offline: "true",
  };

  before(async function () {
    requires(this, "git");
    repository = scope.tempDir();
    const git = (...args: string[]) => execa("git", args, { cwd: repository });
    const list = ["ls-files", "-co", "--exclude-standard", "-z"];
    const { stdout } = await execa("git", list, { cwd: projectRoot });
    // As it is now, committed or not.
    for (const path of stdout.split("\0").filter((each) => each !== "")) {
      mkdirSync(dirname(join(repository, path)), { recursive: true });
      copyFileSync(join(projectRoot, path), join(repository, path));
    }
    await git("init", "-q");
    await git("add", "-A");
    const who = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
    await git(...who, "commit", "-q", "-m", "all");
    version = JSON.parse(await read(repository)).version;
  });

  it("a fresh clone is packed with all that is built", async function () {
    const clone = join(scope.tempDir(), "clone");
    await execa("git", ["clone", "-q", repository, clone]);
    const packed = await execa("npm", ["pack", "--json"], {
      cwd: clone,
      env,
      extendEnv: false,
      reject: false,
    });
    if (packed.exitCode !== 0) skipUnreached(this, packed.stderr, "what the build needs");
    const { files, filename } = Object.values<any>(JSON.parse(packed.stdout))[0];
    const paths = new Set(files.map(({ path }: { path: string }) => path));
    for (const path of ["dist/bundle/main.js", "bin/sshrpc.js"]) assert.ok(paths.has(path));
    await works(["npm", "install", "--no-audit", join(clone, filename)], this);
  });

  for (const release of ["10.9.9", "11.19.1"]) {
    it(`npm ${release} builds what a git URL names`, async function () {
      const npm = [process.execPath, await npmOf(this, release), "install", "--no-audit"];
      await works([...npm, `git+${pathToFileURL(repository).href}`], this);
    });
  }

  /** What this installs is a daemon that runs. */
  async function works([program, ...args]: string[], context: Mocha.Context): Promise<void> {
    const home = scope.tempDir();
    writeFileSync(join(home, "package.json"), "{}");
    const installed = await execa(program as string, args, {
      cwd: home,
      env,
      extendEnv: false,
      reject: false,
    });
    if (installed.exitCode !== 0) skipUnreached(context, installed.stderr, "what it installs");
    const { stdout } = await execa(join(home, "node_modules/.bin/sshrpc"), ["--version"]);
    assert.equal(stdout, version);
  }
});

async function read(folder: string): Promise<string> {
  const { stdout } = await execa("git", ["show", "HEAD:package.json"], { cwd: folder });
  return stdout;
}
