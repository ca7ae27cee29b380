import assert from "node:assert/strict";
import { readFileSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { projectRoot } from "../fixtures/project.ts";
import { useScope } from "../fixtures/scope.ts";

/** What a user needs, and no more. */
const wanted = [
  /^package\.json$/,
  /^(README|PROTOCOL|CHANGELOG)\.md$/,
  /^LICENSE$/,
  /^bin\/sshrpc\.js$/,
  /^dist\/src\/.+\.js$/,
];

describe("the package", () => {
  const scope = useScope("suite");
  let folder: string;
  let files: string[];

  before(async function () {
    this.timeout(60_000);
    const temp = scope.tempDir();
    // Without its script, which would build anew under the feet of these tests.
    const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", temp];
    const { stdout } = await execa("npm", args, { cwd: projectRoot });
    const [{ filename, files: packed }] = JSON.parse(stdout);
    files = packed.map(({ path }: { path: string }) => path);
    await execa("tar", ["-xzf", join(temp, filename), "-C", temp]);
    folder = join(temp, "package");
    symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
  });

  it("holds what a user needs and nothing else", () => {
    assert.deepEqual(
      files.filter((path) => !wanted.some((pattern) => pattern.test(path))),
      [],
    );
    for (const pattern of wanted)
      assert.ok(
        files.some((path) => pattern.test(path)),
        `${pattern}`,
      );
  });

  it("holds every module of src and names what they need", () => {
    const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    assert.deepEqual(Object.keys(dependencies).toSorted(), [
      "execa",
      "ssh-config",
      "ssh2",
      "vscode-jsonrpc",
      "zod",
    ]);
    const sources = readdirSync(join(projectRoot, "src"), { recursive: true, encoding: "utf8" });
    for (const path of sources.filter((each) => each.endsWith(".ts"))) {
      assert.ok(files.includes(`dist/src/${path.replace(/\.ts$/, ".js")}`), path);
    }
  });

  it("has a bin that runs from it", async () => {
    const bin = join(folder, "bin/sshrpc.js");
    const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
    assert.equal((await execa(bin, ["--version"])).stdout, version);
    const request = '{"jsonrpc":"2.0","id":1,"method":"daemon.status"}\n';
    const { stdout } = await execa(bin, [], { input: request });
    assert.equal(JSON.parse(stdout).result.version, version);
  });
});
