"use strict";
/**
 * npm runs this where it installs the package: builds ssh2's native binding, with which ciphers take
 * less time. Where there is no compiler everything works without it. npm's own node-gyp is used,
 * which it has in the PATH for such scripts.
 */
const { spawnSync } = require("node:child_process");
const { existsSync, renameSync, rmSync } = require("node:fs");
const { join } = require("node:path");

const root = join(__dirname, "..");
const folder = join(root, "dist/bundle/native");

// In a checkout ssh2 is installed as a package, and builds its own.
if (!existsSync(join(root, "src"))) build();

function build() {
  const [openssl] = process.versions.openssl.split(".");
  const args = ["rebuild", `--target=${process.version}`, `--real_openssl_major=${openssl}`];
  const options = { cwd: folder, shell: true, stdio: "inherit", windowsHide: true };
  const { status } = spawnSync("node-gyp", args, options);
  const built = join(folder, "build/Release/sshcrypto.node");
  if (status === 0 && existsSync(built)) renameSync(built, join(folder, "sshcrypto.node"));
  else
    console.log("sshrpc: ciphers will do without ssh2's native binding, which couldn't be built");
  rmSync(join(folder, "build"), { recursive: true, force: true });
}
