import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "../run.mjs";
import { hasProgram } from "../system-packages.mjs";
import { isUnit, mochaCommand, mochaSteps, testFiles } from "./mocha-steps.mjs";

const sources = [
  "src",
  "test",
  "examples",
  "bench",
  "tools",
  "scripts",
  "bin",
  "clients/go",
  "clients/js",
].filter((each) => existsSync(join(root, each)));

// With the modules of Debian's packages; another python3 in PATH has them not.
const python = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

/**
 * What `npm test` does once everything is built. A step is a process: `command` with its arguments,
 * in `cwd`, which may write { passed, failed, skipped, failures, durations } as JSON to the file
 * that TEST_COUNTS names: three numbers, a text for each failed test, and [title, seconds] of each.
 * `busy` is one that computes all the time, `alone` one that nothing may run beside. `needs` is a
 * program without which it is skipped.
 */
export function allSteps() {
  return [
    ...checks(),
    ...mochaSteps(),
    ...examples(),
    ...pythonSteps(),
    ...luaSteps(),
    ...goSteps(),
  ];
}

/** The tests that start no program. */
export function unitSteps() {
  return mochaSteps(testFiles().filter((each) => isUnit(each)));
}

function checks() {
  const node = (name, program, args, cwd = root) => ({
    name,
    command: [process.execPath, join(root, "node_modules", program), ...args],
    cwd,
    busy: true,
  });
  const pythonClient = join(root, "clients/python");
  return [
    node("lint", "oxlint/bin/oxlint", ["--type-aware", "--deny-warnings", ...sources]),
    node("format", "prettier/bin/prettier.cjs", ["--check", "."]),
    node("python: pyright", "pyright/index.js", [], pythonClient),
    { name: "python: mypy", needs: "mypy", command: ["mypy"], cwd: pythonClient, busy: true },
  ];
}

function examples() {
  const patterns = ["examples/mocha/*.test.mjs", "examples/vscode/*.test.mjs"];
  return [{ name: "examples", command: mochaCommand(["--no-config", ...patterns]) }];
}

function pythonSteps() {
  const files = readdirSync(join(root, "clients/python/tests"));
  return files
    .filter((each) => /^test_\w+\.py$/.test(each))
    .map((each) => basename(each, ".py"))
    .map((module) => ({
      name: `python: ${module}`,
      needs: python,
      command: [python, "clients/python/tests", module],
    }));
}

/** A step for each suite, under one interpreter after the other: the servers serve all of them. */
function luaSteps() {
  const needs = "lua5.4";
  const program = "clients/lua/tests/run.lua";
  if (!hasProgram(needs)) return [{ name: "lua", needs }];
  const { stdout } = spawnSync(needs, [program, "--list"], { cwd: root, encoding: "utf8" });
  return stdout
    .trim()
    .split("\n")
    .map((each) => ({ name: `lua: ${each}`, command: [needs, program, each] }));
}

function goSteps() {
  const command = [process.execPath, "clients/go/test.mjs"];
  return [{ name: "go", needs: "go", command, busy: true }];
}
