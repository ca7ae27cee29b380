import assert from "node:assert/strict";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { projectRoot } from "../fixtures/project.ts";
import { useScope } from "../fixtures/scope.ts";

const modules = join(projectRoot, "node_modules");

/** What those who install the package have of it. */
describe("JavaScript client: the package", function () {
  this.timeout(120_000);
  const scope = useScope("suite");
  /** A program's folder, which has the package installed as it is published. */
  let folder: string;
  let tarball: string;

  before(async () => {
    folder = scope.tempDir();
    const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
    const { stdout } = await execa("npm", args, { cwd: projectRoot });
    tarball = join(folder, JSON.parse(stdout)[0].filename);
    const installed = join(folder, "node_modules/sshrpc");
    mkdirSync(installed, { recursive: true });
    await execa("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
    for (const name of ["@types", "undici-types", "ssh2", "execa", "ssh-config"]) {
      symlinkSync(join(modules, name), join(folder, "node_modules", name));
    }
  });

  it("has types for whoever imports or requires it (are the types wrong?)", async () => {
    const attw = join(modules, "@arethetypeswrong/cli/dist/index.js");
    const args = [attw, tarball, "--exclude-entrypoints", "./bin/sshrpc.js", "--format", "json"];
    const { stdout } = await execa(process.execPath, args);
    assert.deepEqual(JSON.parse(stdout).problems, {});
  });

  it("is what publint takes for well published", async () => {
    const publint = join(modules, "publint/src/cli.js");
    await execa(process.execPath, [publint, tarball, "--strict"]);
  });

  it("types what programs write, under strict, exactOptionalPropertyTypes and nodenext", async () => {
    cpSync(join(projectRoot, "test/clients-js/usage"), folder, { recursive: true });
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
      // The package's own declarations are looked at, too.
      skipLibCheck: false,
      module: "nodenext",
      target: "es2023",
      types: ["node"],
      noEmit: true,
    };
    const files = ["usage.mts", "usage.cts"];
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const tsc = join(modules, "typescript/bin/tsc");
    const { stdout } = await execa(process.execPath, [tsc, "-p", folder], { reject: false });
    assert.equal(stdout, "");
  });

  it("is the same when imported and when required", async () => {
    const program = `
      import { createRequire } from "node:module";
      import * as imported from "sshrpc";
      const required = createRequire(import.meta.url)("sshrpc");
      const names = Object.keys(required).filter((name) => name !== "default");
      const differ = names.filter((name) => imported[name] !== required[name]);
      console.log(JSON.stringify({ differ, count: names.length, connect: typeof imported.connect }));
    `;
    writeFileSync(join(folder, "program.mjs"), program);
    const { stdout } = await execa(process.execPath, [join(folder, "program.mjs")]);
    const { differ, count, connect } = JSON.parse(stdout);
    assert.deepEqual([differ, connect], [[], "function"]);
    assert.ok(count > 20);
  });

  it("is imported without Node's parser for the names of CommonJS files", async () => {
    const program = `
      import "sshrpc";
      console.log(process.moduleLoadList.filter((name) => name.includes("cjs-module-lexer")).length);
    `;
    writeFileSync(join(folder, "imports.mjs"), program);
    const { stdout } = await execa(process.execPath, [join(folder, "imports.mjs")]);
    assert.equal(stdout, "0");
  });

  it("can be bundled with a program", async () => {
    writeFileSync(
      join(folder, "whole.mjs"),
      'import { connect } from "sshrpc";\nconsole.log(typeof connect);\n',
    );
    const rolldown = join(modules, "rolldown/bin/cli.mjs");
    const args = ["whole.mjs", "--platform", "node", "--format", "esm", "--dir", "bundled"];
    await execa(process.execPath, [rolldown, ...args], { cwd: folder });
    // Elsewhere, where there is no package.
    const elsewhere = scope.tempDir();
    cpSync(join(folder, "bundled"), elsewhere, { recursive: true });
    const { stdout } = await execa(process.execPath, [join(elsewhere, "whole.js")]);
    assert.equal(stdout, "function");
  });

  it("finds its own daemon", async () => {
    const program = `
      const { Daemon } = require("sshrpc");
      Daemon.start().then(async (daemon) => {
        console.log((await daemon.status()).version);
        await daemon.close();
      });
    `;
    writeFileSync(join(folder, "program.cjs"), program);
    const env = { SSHRPC_DAEMON: "" };
    const { stdout } = await execa(process.execPath, [join(folder, "program.cjs")], { env });
    assert.match(stdout, /^\d+\.\d+\.\d+/);
  });
});
