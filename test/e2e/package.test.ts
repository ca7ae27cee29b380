import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { isBuiltin } from "node:module";
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
  /^bin\/package\.json$/,
  /^dist\/bundle\/[\w.-]+\.js$/,
  /^dist\/bundle\/(package\.json|LICENSES)$/,
  /^dist\/bundle\/client\/index\.(js|mjs|d\.ts|d\.mts)$/,
  /^dist\/bundle\/client\/[\w/-]+\.d\.ts$/,
];

describe("the package", () => {
  const scope = useScope("suite");
  let folder: string;
  let files: string[];

  before(async function () {
    this.timeout(60_000);
    // So that what is packed is what was compiled; quick where it is so already.
    await execa("npm", ["run", "build"], { cwd: projectRoot });
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

  it("holds all of its code, and names the packages that it needs", () => {
    const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const bundle = join(folder, "dist/bundle");
    const files = readdirSync(bundle, { recursive: true }).map(String);
    const required = files
      .filter((file) => file.endsWith(".js"))
      .flatMap((file) =>
        [...readFileSync(join(bundle, file), "utf8").matchAll(/\b(?:require|import)\("([^"]+)"\)/g)]
          .map(([, name]) => name as string)
          .filter((name) => !isBuiltin(name)),
      );
    const [chunks, packages] = partition(new Set(required), (name) => name.startsWith("./"));
    for (const file of chunks) assert.ok(existsSync(join(bundle, file)), file);
    for (const name of packages) assert.ok(name in dependencies, name);
  });

  it("starts with one file and little of Node", () => {
    const main = readFileSync(join(folder, "dist/bundle/main.js"), "utf8");
    const atOnce = [...main.matchAll(/^(?:const|let|var) .*require\("([^"]+)"\)/gm)];
    // crypto, and what else takes milliseconds, is for the first login to load.
    assert.deepEqual(atOnce.map(([, name]) => name as string).toSorted(), [
      "./rolldown-runtime.js",
      "node:buffer",
      "node:console",
      "node:fs",
      "node:net",
      "node:path",
      "node:stream",
      "node:timers/promises",
      "node:util",
    ]);
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

function partition<T>(values: Iterable<T>, isFirst: (value: T) => boolean): [T[], T[]] {
  const all = [...values];
  return [all.filter(isFirst), all.filter((value) => !isFirst(value))];
}
