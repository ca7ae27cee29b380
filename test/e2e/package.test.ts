import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { execa } from "execa";
import { projectRoot } from "../fixtures/project.ts";
import { useScope } from "../fixtures/scope.ts";

/** What a user needs, and no more. */
const wanted = [
  /^package\.json$/,
  /^(README|PROTOCOL|CHANGELOG)\.md$/,
  /^docs\/protocol\/[\w-]+\.md$/,
  /^LICENSE$/,
  /^openrpc\.json$/,
  /^bin\/sshrpc\.js$/,
  /^bin\/build-binding\.js$/,
  /^bin\/compile-cache\.js$/,
  /^bin\/package\.json$/,
  /^dist\/bundle\/[\w.-]+\.js$/,
  /^dist\/bundle\/client\/index\.(js|mjs|d\.ts|d\.mts)$/,
  /^dist\/bundle\/client\/bundler\.mjs$/,
  /^dist\/bundle\/client\/[\w/-]+\.d\.ts$/,
  /^dist\/bundle\/package\.json$/,
  /^dist\/bundle\/THIRD-PARTY-NOTICES\.txt$/,
  // Of these, ssh2's native binding is built where the package is installed.
  /^dist\/bundle\/native\/binding\.gyp$/,
  /^dist\/bundle\/native\/src\/binding\.cc$/,
  /^dist\/bundle\/native\/nan\/\w+\.h$/,
];

describe("the package", () => {
  const scope = useScope("suite");
  let folder: string;
  let files: string[];

  before(async () => {
    const temp = scope.tempDir();
    // Without its script, which would build anew under the feet of these tests.
    const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", temp];
    const { stdout } = await execa("npm", args, { cwd: projectRoot });
    const [{ filename, files: packed }] = JSON.parse(stdout);
    files = packed.map(({ path }: { path: string }) => path);
    await execa("tar", ["-xzf", join(temp, filename), "-C", temp]);
    folder = join(temp, "package");
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

  it("holds all of its code, and needs no other package", () => {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    assert.deepEqual(
      Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }),
      [],
    );
    const bundle = join(folder, "dist/bundle");
    const required = readdirSync(bundle, { recursive: true })
      .map(String)
      .filter((file) => file.endsWith(".js"))
      .flatMap((file) => [
        ...readFileSync(join(bundle, file), "utf8").matchAll(
          /\b(?:(?:require|import)\("|new URL\("(?=\.\/[^"]+\.js"))([^"]+)"[),]/g,
        ),
      ])
      .map(([, name]) => name as string)
      .filter((name) => !isBuiltin(name));
    const [chunks, packages] = partition(new Set(required), (name) => name.startsWith("./"));
    for (const file of chunks.filter((each) => each.endsWith(".js")))
      assert.ok(existsSync(join(bundle, file)), file);
    assert.deepEqual(packages, []);
  });

  it("holds the licences of the packages that are in it", () => {
    const text = readFileSync(join(folder, "dist/bundle/THIRD-PARTY-NOTICES.txt"), "utf8");
    for (const name of ["execa", "nan", "ssh-config", "ssh2", "vscode-jsonrpc", "zod"]) {
      assert.match(text, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(\\S+\\)\\n\\n[^-]`, "m"), name);
    }
  });

  it("starts with few files and little of Node", () => {
    const main = readFileSync(join(folder, "dist/bundle/main.js"), "utf8");
    const atOnce = [...main.matchAll(/^(?:const|let|var) .*require\("([^"]+)"\)/gm)];
    // crypto, and what else takes milliseconds, is for the first login to load.
    const [chunks, modules] = partition(
      atOnce.map(([, name]) => name as string),
      (name) => name.startsWith("./"),
    );
    // What bundling itself takes, what the threads share with it, and one that rolldown sets apart.
    assert.ok(chunks.length <= 3, chunks.join(", "));
    assert.deepEqual(modules.toSorted(), [
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

  it("has no import() in what bin/compile-cache.js has compiled", () => {
    const bundle = join(folder, "dist/bundle");
    for (const file of readdirSync(bundle).filter((name) => name.endsWith(".js"))) {
      assert.doesNotMatch(readFileSync(join(bundle, file), "utf8"), /(?<![\w.$])import\(/, file);
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

function partition<T>(values: Iterable<T>, isFirst: (value: T) => boolean): [T[], T[]] {
  const all = [...values];
  return [all.filter(isFirst), all.filter((value) => !isFirst(value))];
}
