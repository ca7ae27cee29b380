import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "../run.mjs";
import { recordedSeconds } from "./durations.mjs";

/** A file that takes longer, in seconds, gets a process of its own. */
const longFile = 3;

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
 * Steps for these test files: one for each long one, each end-to-end one and each that can't run
 * beside others, one for the rest of each folder.
 */
export function mochaSteps(files = testFiles()) {
  const steps = new Map();
  for (const file of files) {
    const alone = aloneMark.test(readFileSync(sourceOf(file), "utf8"));
    const own = nameOf(file);
    const isOwn = alone || folderOf(file) === "e2e" || recordedSeconds(own) >= longFile;
    const name = isOwn ? own : folderOf(file);
    const step = steps.get(name) ?? { name, alone, files: [] };
    step.files.push(file);
    steps.set(name, step);
  }
  return [...steps.values()].map(({ files: each, ...step }) => ({
    ...step,
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
