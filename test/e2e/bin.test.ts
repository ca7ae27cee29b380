import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { describe, it } from "mocha";
import { projectRoot } from "../fixtures/project.ts";
import { useScope } from "../fixtures/scope.ts";

describe("bin/sshrpc.js", () => {
  const scope = useScope();

  const bundle = "dist/bundle/main.js";
  const compiled = "dist/src/server/host/main.js";
  const compilersNote = "dist/.tsbuildinfo";

  /** A package with stand-ins for what the bin may start, the earlier written first. */
  function makePackage(files: string[]): string {
    const root = scope.tempDir();
    mkdirSync(join(root, "bin"));
    for (const file of ["sshrpc.js", "compile-cache.js", "package.json"]) {
      copyFileSync(join(projectRoot, "bin", file), join(root, "bin", file));
    }
    for (const [index, file] of files.entries()) {
      const path = join(root, file);
      mkdirSync(dirname(path), { recursive: true });
      const name = JSON.stringify(file);
      const say = `console.log(${name}, root === ${JSON.stringify(root)})`;
      if (file === bundle) writeFileSync(path, `exports.main = (root) => ${say};`);
      else writeFileSync(path, `export const main = (root) => ${say};`);
      utimesSync(path, 1000 + index, 1000 + index);
    }
    writeFileSync(join(root, "dist/src/package.json"), '{ "type": "module" }');
    return root;
  }

  const cases: [string, string[], string][] = [
    ["the bundle as installed", [compiled, bundle], bundle],
    ["a bundle that was made last", [compiled, compilersNote, bundle], bundle],
    ["what was compiled since the bundle was made", [bundle, compiled, compilersNote], compiled],
    ["what was compiled where there is no bundle", [compiled, compilersNote], compiled],
  ];
  for (const [what, files, expected] of cases) {
    it(`starts ${what}`, async () => {
      const root = makePackage(files);
      const home = scope.tempDir();
      const { stdout } = await execa(process.execPath, [join(root, "bin/sshrpc.js")], {
        env: { HOME: home, XDG_CACHE_HOME: "" },
      });
      assert.equal(stdout, `${expected} true`);
    });
  }

  it("starts where no cache can be kept", async () => {
    const root = makePackage([compiled, bundle]);
    const file = join(scope.tempDir(), "file");
    writeFileSync(file, "");
    for (const env of [{ HOME: file }, { HOME: "" }, { HOME: "relative" }]) {
      const options = { env: { XDG_CACHE_HOME: "", ...env } };
      const { stdout, stderr } = await execa(join(root, "bin/sshrpc.js"), options);
      assert.deepEqual([stdout, stderr], [`${bundle} true`, ""]);
    }
  });

  /** A bundle in a package of its own, to be started with what is kept of it. */
  function makeBundle() {
    const root = makePackage([compiled, bundle]);
    const folder = join(scope.tempDir(), "cache");
    const bundled = join(root, dirname(bundle));
    const script = `const { Script } = require("node:vm");
      const { createCachedData } = Script.prototype;
      Script.prototype.createCachedData = function () {
        if (process.env.SAY) console.log("made");
        return createCachedData.call(this);
      };
      require(${JSON.stringify(join(root, "bin/compile-cache.js"))})
      .keepCompiled(${JSON.stringify(folder)}, ${JSON.stringify(bundled)});
      require(${JSON.stringify(join(bundled, "main.js"))});`;
    const start = async (env = {}) =>
      (await execa(process.execPath, ["-e", script], { env })).stdout;
    const kept = () =>
      readdirSync(folder)
        .toSorted()
        .map((name) => ({ name, inode: statSync(join(folder, name)).ino }));
    return { folder, bundled, start, kept };
  }

  it("keeps what was compiled, and takes nothing else for it", async () => {
    const { folder, bundled, start, kept } = makeBundle();
    writeFileSync(join(bundled, "other.js"), "exports.end = '.';");
    const say = (word: string) =>
      writeFileSync(
        join(bundled, "main.js"),
        `console.log("${word}" + require("./other.js").end + __dirname);`,
      );

    say("one");
    assert.equal(await start(), `one.${bundled}`);
    const first = kept();
    assert.equal(first.length, 2);
    assert.equal(await start(), `one.${bundled}`);
    assert.deepEqual(kept(), first, "it was made again");

    // As long as the other.
    say("two");
    assert.equal(await start(), `two.${bundled}`);
    const both = kept();
    assert.equal(both.length, 3);

    for (const { name } of both) {
      const bytes = readFileSync(join(folder, name));
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 9) ^ 1, bytes.length - 9);
      writeFileSync(join(folder, name), bytes);
    }
    assert.equal(await start(), `two.${bundled}`);
    for (const { name } of both) writeFileSync(join(folder, name), "");
    assert.equal(await start(), `two.${bundled}`);
    assert.ok(readFileSync(join(folder, (both.at(-1) as { name: string }).name)).length > 100);
  });

  it("keeps what there is when a process has worked for much longer, and that from then on", async () => {
    const { bundled, start, kept } = makeBundle();
    const ms = "const { user, system } = process.cpuUsage(); return (user + system) / 1000;";
    const work = `function worked() { ${ms} }
      if (process.env.WORK) while (worked() < Number(process.env.WORK));`;
    writeFileSync(join(bundled, "main.js"), work);
    await start();
    const little = kept();
    assert.equal(little.length, 1);
    await start({ WORK: "2100" });
    const much = kept();
    assert.deepEqual(
      much.map(({ name }) => name),
      little.map(({ name }) => name),
    );
    assert.notDeepEqual(much, little);
    await start();
    assert.deepEqual(kept(), much);
  });

  it("takes nothing that another user may have put there, and puts nothing there", async () => {
    const { folder, bundled, start, kept } = makeBundle();
    const main = join(bundled, "main.js");
    // As long as each other, which is all that V8 looks at.
    const [good, evil] = ["console.log('good')", "console.log('evil')"];
    writeFileSync(main, evil);
    await start();
    const [planted] = kept();
    writeFileSync(main, good);
    await start();
    const name = kept().find((each) => each.name !== planted?.name)?.name;
    assert.ok(planted && name);
    const path = join(folder, name);
    const plant = () => copyFileSync(join(folder, planted.name), path);
    plant();
    assert.equal(await start(), "evil", "what is there is taken");
    const before = kept();

    chmodSync(folder, 0o777);
    assert.equal(await start(), "good");
    assert.deepEqual(kept(), before);
    chmodSync(folder, 0o700);

    chmodSync(path, 0o666);
    assert.equal(await start(), "good");
    plant();
    chmodSync(path, 0o600);
    assert.equal(await start(), "evil");

    const others = join(scope.tempDir(), "others");
    renameSync(folder, others);
    symlinkSync(others, folder);
    assert.equal(await start(), "good");
    rmSync(folder);
    renameSync(others, folder);

    // For root alone.
    if (process.geteuid?.() !== 0) return;
    chownSync(path, 1, 1);
    assert.equal(await start(), "good");
    plant();
    chownSync(path, 0, 0);
    chownSync(folder, 1, 1);
    assert.equal(await start(), "good");
  });

  it("puts nothing together where it can't be kept", async () => {
    const { folder, bundled, start, kept } = makeBundle();
    writeFileSync(join(bundled, "main.js"), "");
    writeFileSync(folder, "");
    assert.equal(await start({ SAY: "1" }), "");
    rmSync(folder);
    assert.equal(await start({ SAY: "1" }), "made");
    assert.equal(kept().length, 1);
  });

  it("keeps some megabytes of it at the most, those that were written last", async () => {
    const { folder, bundled, start, kept } = makeBundle();
    writeFileSync(join(bundled, "main.js"), "");
    await start();
    const [own] = kept();
    const mebibyte = 1024 * 1024;
    for (let age = 1; age <= 40; age++) {
      const path = join(folder, `older-${age}`);
      writeFileSync(path, "");
      truncateSync(path, mebibyte);
      utimesSync(path, 1e6 - age, 1e6 - age);
    }
    writeFileSync(join(bundled, "main.js"), "0");
    await start();
    const names = kept().map(({ name }) => name);
    assert.ok(own && names.includes(own.name));
    assert.equal(names.length, 2 + 31);
    assert.ok(names.includes("older-31") && !names.includes("older-32"));
  });

  it("leaves to Node what isn't of the bundle, as it found it", async () => {
    const { bundled, start } = makeBundle();
    const other = join(scope.tempDir(), "other.cjs");
    writeFileSync(other, "");
    // As a tool that looks at what is loaded.
    const hook = join(scope.tempDir(), "hook.cjs");
    writeFileSync(
      hook,
      `const { prototype } = require("node:module");
      const { _compile } = prototype;
      prototype._compile = function (...args) {
        if (args[1] === ${JSON.stringify(other)}) console.log(args.length);
        return _compile.apply(this, args);
      };`,
    );
    const load = `require(${JSON.stringify(other)})`;
    writeFileSync(join(bundled, "main.js"), load);
    const options = ["--require", hook, "-e", load];
    const { stdout: expected } = await execa(process.execPath, options);
    assert.equal(await start({ NODE_OPTIONS: `--require=${hook}` }), expected);
  });

  it("says what to do where nothing was built", async () => {
    const root = makePackage([compiled]);
    rmSync(join(root, compiled));
    const { exitCode, stderr } = await execa(join(root, "bin/sshrpc.js"), { reject: false });
    assert.equal(exitCode, 70);
    assert.match(stderr, /^sshrpc: not built: run npm run build$/);
  });
});
