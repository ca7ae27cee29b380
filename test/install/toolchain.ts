import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { projectRoot } from "../fixtures/project.ts";

/** Survives the tests, because these are large. */
const cache = join(projectRoot, ".cache");

/** How npm says that it doesn't reach a registry, or not what we want of it. */
const unreached =
  /\b(E404|ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/;

/**
 * The folder of a package of npm's, which is fetched where it wasn't before. Skips the test (or the
 * suite) with a line that says so where that can't be; under CI=true it is a failure.
 */
export async function fetched(context: Mocha.Context, name: string, version: string) {
  const folder = join(cache, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const temp = mkdtempSync(`${folder}.`);
  try {
    const args = ["pack", "--silent", "--fetch-retries=1", "--pack-destination", temp];
    const packed = await execa("npm", [...args, `${name}@${version}`], { reject: false });
    if (packed.exitCode !== 0) skipUnreached(context, packed.stderr, `${name} ${version}`);
    await execa("tar", ["-xzf", join(temp, packed.stdout.trim()), "-C", temp]);
    // Two at once have the same; whichever comes first.
    if (!existsSync(folder)) renameSync(join(temp, "package"), folder);
  } finally {
    rmSync(temp, { recursive: true });
  }
  return folder;
}

/** For a failure of npm that says what it said. */
export function skipUnreached(context: Mocha.Context, said: string, what: string): never {
  if (!unreached.test(said) || process.env["CI"] === "true") throw new Error(`${what}: ${said}`);
  console.log(`skipped: ${context.test?.fullTitle() ?? "a test"}: no registry gives ${what}`);
  return context.skip();
}

/** npm's program of a release, to be run by a Node. */
export async function npmOf(context: Mocha.Context, version: string): Promise<string> {
  return join(await fetched(context, "npm", version), "bin/npm-cli.js");
}

/** The environment, without what an npm that runs the tests tells other ones. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}

export interface Toolchain {
  /** The folder that has `node` in it. */
  bin: string;
  node: string;
  /** With the headers that compilers need: npm's `nodedir`. */
  folder: string;
}

/** A release of Node. */
export async function nodeOf(context: Mocha.Context, version: string): Promise<Toolchain> {
  const folder = await fetched(context, `node-${process.platform}-${process.arch}`, version);
  const node = join(folder, "bin/node");
  return { folder, node, bin: dirname(node) };
}
