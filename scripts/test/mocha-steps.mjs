import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { root } from "../run.mjs";
import { recordedSeconds } from "./durations.mjs";

/**
 * Files share a process as long as all of them take no longer than this, in seconds: what they need
 * takes half a second to load, of the CPU.
 */
const together = 35;

/** What one that is newer than the record is taken for. */
const unknown = 10;

/** What a test file says that can't run beside others, in a line of its own. */
const aloneMark = /^\/\/ Runs alone: /m;

/** The command that has mocha run `args`, its files among them, and report as a step does. */
export function mochaCommand(args) {
  // Not in .mocharc.json, where the reporter would be that of files which somebody names, too.
  const reporter = join(root, "scripts/test/reporter.mjs");
  // What bin/mocha.js starts where .mocharc.json asks for one of Node's options: a process less.
  const mocha = ["--enable-source-maps", "node_modules/mocha/lib/cli/cli.js"];
  return [process.execPath, ...mocha, "--reporter", reporter, ...args];
}

/** What the compiler made of each test file; it leaves behind what it made of files that are gone. */
export function testFiles() {
  return ["test", "clients"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((path) => path.endsWith(".test.ts") && !path.includes("node_modules"))
      .map((path) => join("dist", folder, path.replace(/\.ts$/, ".js")))
      .filter((path) => existsSync(join(root, path))),
  );
}

/**
 * Steps for these test files: one for each long one and each that can't run beside others, one for
 * some others of a folder.
 */
export function mochaSteps(files = testFiles()) {
  const steps = [];
  const open = new Map();
  for (const file of files) {
    const alone = aloneMark.test(readFileSync(sourceOf(file), "utf8"));
    const seconds = recordedSeconds(nameOf(file)) ?? unknown;
    const isOwn = alone || seconds > together;
    const folder = folderOf(file);
    let step = isOwn ? undefined : open.get(folder);
    if (step === undefined || step.seconds + seconds > together) {
      step = { alone, seconds: 0, files: [] };
      steps.push(step);
      if (!isOwn) open.set(folder, step);
    }
    step.seconds += seconds;
    step.files.push(file);
  }
  return steps.map(({ files: each, ...step }) => ({
    ...step,
    name: [nameOf(each[0]), ...each.slice(1).map((file) => basename(file, ".test.js"))].join(", "),
    command: mochaCommand(each),
  }));
}

/** Whether a test, with what it imports of the tests' own, starts no program, and asks for none. */
export function isUnit(file, seen = new Set()) {
  seen.add(file);
  const text = readFileSync(join(root, file), "utf8");
  const imports = [...text.matchAll(/(?:from|import) "([^"]+)"/g)].map(([, name]) => name);
  const starts = (name) =>
    name === "execa" || name === "node:child_process" || name.endsWith("/requirements.js");
  if (imports.some(starts)) return false;
  return imports
    .filter((name) => name.startsWith("."))
    .map((name) => join(dirname(file), name))
    .every(
      (each) => !/^dist\/(bench|clients|test)\//.test(each) || seen.has(each) || isUnit(each, seen),
    );
}

/** The compiler may leave comments out. */
function sourceOf(file) {
  return join(root, relative("dist", file).replace(/\.js$/, ".ts"));
}

/** "ssh/call" of dist/test/ssh/call.test.js. */
export function nameOf(file) {
  return relative(join(root, "dist"), join(root, file))
    .replace(/^test\//, "")
    .replace(/\.test\.js$/, "");
}

/** "ssh" of dist/test/ssh/call.test.js, "js" of dist/clients/js/test/call.test.js. */
function folderOf(file) {
  return file.split("/")[2];
}
