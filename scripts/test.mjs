import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPackages } from "./install-packages.mjs";
import { root, run, runPackage } from "./run.mjs";
import { setup } from "./setup.mjs";
import { hasProgram, testPackages } from "./system-packages.mjs";

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

const python = join(root, "clients/python");
// With the modules of Debian's packages; another python3 in PATH has them not.
const debianPython = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
const pyrightArgs = [join(root, "node_modules/pyright/index.js")];
const exampleArgs = [
  "--no-config",
  "--reporter",
  join(root, "scripts/reporter.mjs"),
  "examples/mocha/*.test.mjs",
  "examples/vscode/*.test.mjs",
];

/**
 * What `npm test` does, in order; a later step runs though an earlier one failed. A step returns
 * its exit code, and may write { passed, failed, skipped, failures } as JSON to the file that
 * TEST_COUNTS names: three numbers, and a text for each failed test, to be read at the end again.
 */
const steps = [
  { name: "lint", run: () => runPackage("oxlint/bin/oxlint", lintArgs()) },
  { name: "format", run: () => runPackage("prettier/bin/prettier.cjs", ["--check", "."]) },
  { name: "tests", run: (options) => runPackage("mocha/bin/mocha.js", mochaArgs(), options) },
  { name: "examples", run: (options) => runPackage("mocha/bin/mocha.js", exampleArgs, options) },
  { name: "python: mypy", needs: "mypy", run: () => run("mypy", [], { cwd: python }) },
  { name: "python: pyright", run: () => run(process.execPath, pyrightArgs, { cwd: python }) },
  {
    name: "python: tests",
    needs: debianPython,
    run: (options) => run(debianPython, ["clients/python/tests"], options),
  },
  {
    name: "lua",
    needs: "lua5.4",
    run: (options) => run("lua5.4", ["clients/lua/tests/run.lua"], options),
  },
  { name: "go", needs: "go", run: (options) => run("node", ["clients/go/test.mjs"], options) },
];

/** Arguments are for mocha, and then its tests are what is wanted. */
function isWanted({ name }) {
  return process.argv.length === 2 || name === "tests";
}

/** A step whose program is missing is skipped; that of a package was said to be missing before. */
function isRunnable({ name, needs }) {
  if (needs === undefined || existsSync(needs) || hasProgram(needs)) return true;
  console.log(`skipped: ${name} (needs ${needs})`);
  total.skipped += 1;
  return false;
}

function lintArgs() {
  return ["--type-aware", "--deny-warnings", ...sources];
}

function mochaArgs() {
  // Not in .mocharc.json, where they would be added to the files that somebody names.
  const reporter = join(root, "scripts/reporter.mjs");
  return ["--reporter", reporter, ...process.argv.slice(2), "dist/test/**/*.test.js"];
}

const total = { passed: 0, failed: 0, skipped: 0 };
const failedSteps = [];
const failedTests = [];
let missing = [];

await step("setup", setup);
if (failedSteps.length === 0) {
  await step("system packages", async () => {
    missing = await installPackages(testPackages);
    for (const line of missing) console.log(line);
  });
  for (const each of steps.filter(isWanted).filter(isRunnable)) {
    await step(each.name, () => counted(each.name, each.run));
  }
}

for (const each of failedTests) console.log(`\nFAILED: ${each}`);
if (failedSteps.length > 0) console.log(`\nfailed: ${failedSteps.join(", ")}`);
const isSkipFailure = process.env.CI === "true" && total.skipped + missing.length > 0;
if (isSkipFailure) console.log("\nunder CI=true a skip is a failure");
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = failedSteps.length > 0 || isSkipFailure ? 1 : 0;

async function step(name, task) {
  console.log(`\n== ${name}`);
  const begin = performance.now();
  try {
    await task();
  } catch (error) {
    console.log(error.message);
    failedSteps.push(name);
    total.failed += error.counted ? 0 : 1;
  }
  console.log(`== ${name}: ${((performance.now() - begin) / 1000).toFixed(1)} s`);
}

async function counted(name, task) {
  const folder = mkdtempSync(join(tmpdir(), "sshrpc-counts-"));
  const file = join(folder, "counts.json");
  try {
    const code = await task({ env: { ...process.env, TEST_COUNTS: file } });
    const counts = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
    for (const kind of Object.keys(total)) total[kind] += counts[kind] ?? 0;
    failedTests.push(...(counts.failures ?? []).map((each) => `${name}: ${each}`));
    if (code !== 0) {
      // A suite that fails without a failed test counts as one failure, as other steps do.
      throw Object.assign(new Error(`${name} failed (${code})`), { counted: counts.failed > 0 });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
