import { installPackages } from "./install-packages.mjs";
import { setup } from "./setup.mjs";
import { hasProgram, testPackages } from "./system-packages.mjs";

/**
 * `npm test`: everything, side by side. `--unit`: the tests that start no program. `--record`
 * keeps how long each step took, so that the next run begins with the longest. Other arguments are
 * mocha's, and then its tests are what is wanted, in one process.
 */
const args = process.argv.slice(2);
const isUnit = args[0] === "--unit";
const isRecord = args[0] === "--record";
const mochaArgs = isUnit || isRecord ? args.slice(1) : args;

const total = { passed: 0, failed: 0, skipped: 0 };
const failedSteps = [];
const failedTests = [];
const durations = [];
const recorded = {};
let missing = [];

const begin = performance.now();
if (await prepare("setup", setup)) {
  await prepare("system packages", async () => {
    missing = await installPackages(testPackages);
    for (const line of missing) console.log(line);
  });
  // Loaded only now: the packages may have been missing.
  const { runAll } = await import("./test/pool.mjs");
  const steps = await wantedSteps();
  await runAll(steps.filter(isRunnable), show);
  if (isRecord) (await import("./test/durations.mjs")).record(recorded);
}
summarize();

async function wantedSteps() {
  const { allSteps, unitSteps } = await import("./test/steps.mjs");
  const { mochaCommand, testFiles } = await import("./test/mocha-steps.mjs");
  const { longestFirst } = await import("./test/durations.mjs");
  if (mochaArgs.length > 0) {
    return [{ name: "tests", live: true, command: mochaCommand([...mochaArgs, ...testFiles()]) }];
  }
  return longestFirst(isUnit ? unitSteps() : allSteps());
}

/** A step whose program is missing is skipped; that of a package was said to be missing before. */
function isRunnable({ name, needs }) {
  if (needs === undefined || hasProgram(needs)) return true;
  console.log(`skipped: ${name} (needs ${needs})`);
  total.skipped += 1;
  return false;
}

/** What comes before the steps; returns whether it went well. */
async function prepare(name, task) {
  console.log(`\n== ${name}`);
  const started = performance.now();
  try {
    await task();
  } catch (error) {
    console.log(error.message);
    failedSteps.push(name);
    total.failed += 1;
  }
  console.log(`== ${name}: ${seconds((performance.now() - started) / 1000)}`);
  return failedSteps.length === 0;
}

/** Runs a step, and prints all of it when it has ended. */
async function show(step) {
  const { runStep } = await import("./test/run-step.mjs");
  const { name } = step;
  const { code, output, counts, seconds: took } = await runStep(step);
  if (!step.live) console.log(`\n== ${name}\n${output.trimEnd()}`);
  for (const kind of Object.keys(total)) total[kind] += counts[kind] ?? 0;
  for (const each of counts.failures ?? []) failedTests.push(`${name}: ${each}`);
  durations.push(...(counts.durations ?? []).map(([title, time]) => [`${name}: ${title}`, time]));
  if (counts.durations === undefined) durations.push([`${name} (all of it)`, took]);
  Object.assign(recorded, counts.files, step.seconds === undefined && { [name]: took });
  if (code !== 0) {
    console.log(`${name} failed (${code})`);
    failedSteps.push(name);
    // One that fails without a failed test counts as one failure.
    if (!(counts.failed > 0)) {
      total.failed += 1;
      failedTests.push(`${name}\n${output.trimEnd()}`);
    }
  }
  console.log(`== ${name}: ${seconds(took)}`);
}

function summarize() {
  for (const each of failedTests) console.log(`\nFAILED: ${each}`);
  if (failedSteps.length > 0) console.log(`\nfailed: ${failedSteps.join(", ")}`);
  const slowest = durations.toSorted(([, a], [, b]) => b - a).slice(0, 10);
  if (slowest.length > 0) console.log("\nthe slowest:");
  for (const [title, time] of slowest) console.log(`${seconds(time).padStart(8)}  ${title}`);
  const isSkipFailure = process.env.CI === "true" && total.skipped + missing.length > 0;
  if (isSkipFailure) console.log("\nunder CI=true a skip is a failure");
  console.log(`\nin ${seconds((performance.now() - begin) / 1000)}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = failedSteps.length > 0 || isSkipFailure ? 1 : 0;
}

function seconds(value) {
  return `${value.toFixed(1)} s`;
}
