import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";
import { build, setup } from "./setup.mjs";

/**
 * What npm runs before it packs the project, in a clone too where nothing has been installed yet, and
 * after it has installed what the project needs: in a checkout, or in the clone that it makes of a
 * git URL.
 */
const isInstalling = ["ci", "install"].includes(process.env.npm_command);
const compiler = join(root, "node_modules/typescript");

try {
  if (!isInstalling) await setup();
  else if (existsSync(compiler)) await build();
  else console.error("sshrpc: not built, as its development packages were left out");
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
