import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPackages } from "./install-packages.mjs";
import { root, runPackage } from "./run.mjs";
import { setup } from "./setup.mjs";

const sources = ["src", "test", "examples", "bench", "tools"].filter((each) => existsSync(join(root, each)));

/**
 * What `npm test` does, in order; a later step runs though an earlier one failed. A step returns
 * its exit code, and may write { passed, failed, skipped } as JSON to the file TEST_COUNTS names.
 */
const steps = [
  { name: "lint", run: () => runPackage("oxlint/bin/oxlint", lintArgs()) },
  { name: "format", run: () => runPackage("prettier/bin/prettier.cjs", ["--check", "."]) },
  { name: "tests", run: (options) => runPackage("mocha/bin/mocha.js", mochaArgs(), options) },
];

function lintArgs() {
  return ["--type-aware", "--deny-warnings", ...sources];
}

function mochaArgs() {
  return ["--reporter", join(root, "scripts/reporter.mjs"), ...process.argv.slice(2)];
}

const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
let missing = [];

await step("setup", setup);
if (failures.length === 0) {
  await step("system packages", async () => {
    missing = await installPackages();
    for (const line of missing) console.log(line);
  });
  for (const { name, run } of steps) await step(name, () => counted(name, run));
}

if (failures.length > 0) console.log(`\nfailed: ${failures.join(", ")}`);
const isSkipFailure = process.env.CI === "true" && total.skipped + missing.length > 0;
if (isSkipFailure) console.log("\nunder CI=true a skip is a failure");
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = failures.length > 0 || isSkipFailure ? 1 : 0;

async function step(name, task) {
  console.log(`\n== ${name}`);
  const begin = performance.now();
  try {
    await task();
  } catch (error) {
    console.log(error.message);
    failures.push(name);
    total.failed += error.counted ? 0 : 1;
  }
  console.log(`== ${name}: ${((performance.now() - begin) / 1000).toFixed(1)} s`);
}

async function counted(name, run) {
  const folder = mkdtempSync(join(tmpdir(), "sshrpc-counts-"));
  const file = join(folder, "counts.json");
  try {
    const code = await run({ env: { ...process.env, TEST_COUNTS: file } });
    const counts = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
    for (const [kind, count] of Object.entries(counts)) total[kind] += count;
    if (code !== 0) {
      // A suite that fails without a failed test counts as one failure, as other steps do.
      throw Object.assign(new Error(`${name} failed (${code})`), { counted: counts.failed > 0 });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
