import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { before, describe, it } from "mocha";
import { projectRoot } from "../fixtures/project.ts";
import { requires } from "../fixtures/requirements.ts";
import { useScope } from "../fixtures/scope.ts";
import { npmOf, plainEnvironment, skipUnreached } from "./toolchain.ts";

/** The packages that the build has in the bundle, or makes it with. */
const builtWith = new Set([
  "@noble/hashes",
  "@noble/post-quantum",
  "@types/mocha",
  "@types/node",
  "@types/ssh2",
  "bcrypt-pbkdf",
  "execa",
  "nan",
  "rolldown",
  "ssh-config",
  "ssh2",
  "typescript",
  "vscode-jsonrpc",
  "zod",
]);

describe("installing from a checkout", function () {
  this.timeout(300_000);
  const scope = useScope("suite");
  /** A git repository of the project as it is now, committed or not. */
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
    const list = ["ls-files", "-co", "--exclude-standard", "-z"];
    const { stdout } = await execa("git", list, { cwd: projectRoot });
    const paths = stdout.split("\0").filter((each) => each !== "");
    version = readJson(projectRoot, "package.json").version;
    repository = await committed(smallCopy(paths));
  });

  /**
   * The project without its tests, and without the packages that only they and the linters need: to
   * install and compile those takes most of the time, and is what these tests themselves have been
   * run by.
   */
  function smallCopy(paths: readonly string[]): string {
    const folder = scope.tempDir();
    for (const path of paths.filter((each) => !/^(bench|examples|test|tools)\//.test(each))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      copyFileSync(join(projectRoot, path), join(folder, path));
    }
    const manifest = readJson(folder, "package.json");
    const lock = readJson(folder, "package-lock.json");
    const built = Object.entries(manifest.devDependencies as Record<string, string>);
    manifest.devDependencies = Object.fromEntries(built.filter(([name]) => builtWith.has(name)));
    lock.packages[""].devDependencies = manifest.devDependencies;
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
    return folder;
  }

  async function committed(folder: string): Promise<string> {
    const git = (...args: string[]) => execa("git", args, { cwd: folder });
    await git("init", "-q");
    await git("add", "-A");
    const who = ["-c", "user.name=test", "-c", "user.email=test@example.org"];
    await git(...who, "commit", "-q", "-m", "all");
    return folder;
  }

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
    const packedPaths = new Set(files.map(({ path }: { path: string }) => path));
    for (const path of ["dist/bundle/main.js", "bin/sshrpc.js"]) assert.ok(packedPaths.has(path));
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

function readJson(folder: string, name: string): any {
  return JSON.parse(readFileSync(join(folder, name), "utf8"));
}
