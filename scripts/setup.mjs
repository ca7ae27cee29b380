import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run, runPackage } from "./run.mjs";

const OLDEST_NODE = [20, 19];
const INSTALLED = join(root, "node_modules/.package-lock.json");
const LOCK = join(root, "package-lock.json");
const COMPILED = join(root, "dist/.tsbuildinfo");
const BUNDLED = join(root, "dist/bundle/main.js");
const STAMP = join(root, "node_modules/.sshrpc-lock");

/** Makes a fresh clone ready to run; quick when it is already. Throws with a line for the user. */
export async function setup() {
  checkNode();
  await installDependencies();
  await build();
}

/** TypeScript to dist/, and the bundle of it where it changed. Throws with a line for the user. */
export async function build() {
  removeOrphans();
  if ((await runPackage("typescript/bin/tsc", ["-p", "."])) !== 0) {
    throw new Error("the build failed");
  }
  // As bin/sshrpc.js decides which of the two to start.
  if (modified(BUNDLED) > modified(COMPILED)) return;
  // Loaded only now: the packages may have been missing.
  const { bundle } = await import("./bundle.mjs");
  await bundle();
}

/** What was compiled of a file that has moved since would still be run as a test. */
function removeOrphans() {
  for (const folder of ["src", "test", "examples", "tools", "bench", "clients/js"]) {
    const compiled = join(root, "dist", folder);
    if (!existsSync(compiled)) continue;
    for (const file of readdirSync(compiled, { recursive: true })) {
      const [, name] = /^(.*)\.js(\.map)?$/.exec(file) ?? [];
      if (name === undefined || existsSync(join(root, folder, `${name}.ts`))) continue;
      rmSync(join(compiled, file));
    }
  }
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Error(
    `sshrpc needs Node ${OLDEST_NODE.join(".")} or newer; this is ${process.version}`,
  );
}

async function installDependencies() {
  const hasLock = existsSync(LOCK);
  if (hasLock ? isInstalled() : existsSync(INSTALLED)) return;
  const args = [hasLock ? "ci" : "install", "--no-audit", "--no-fund", "--include=dev"];
  // When npm runs this itself it has told, by the environment, what it was told.
  args.push("--global=false", "--dry-run=false", "--json=false");
  const { npm_config_allow_scripts: _, ...env } = process.env;
  if ((await run("npm", args, { env })) !== 0) throw new Error(`npm ${args[0]} failed`);
  if (hasLock) writeFileSync(STAMP, lockHash());
}

function isInstalled() {
  if (!existsSync(INSTALLED)) return false;
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === lockHash()) return true;
  // Someone ran npm themselves, after the lock was last changed.
  return statSync(INSTALLED).mtimeMs >= statSync(LOCK).mtimeMs;
}

function lockHash() {
  return createHash("sha256").update(readFileSync(LOCK)).digest("hex");
}
