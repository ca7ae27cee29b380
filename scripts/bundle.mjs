import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { root } from "./run.mjs";

const folder = join(root, "dist/bundle");
const making = join(root, "dist/bundle.new");

/** Packages of which the bundle holds a copy, and must then hold the licence, too. */
const licences = [
  "vscode-jsonrpc/License.txt",
  "zod/LICENSE",
  "bcrypt-pbkdf/LICENSE",
  "tweetnacl/LICENSE",
  "@noble/hashes/LICENSE",
];

/** Has the bundle's source maps lead to src, and not to what tsc made of it. */
const typescriptMaps = {
  name: "typescript-maps",
  load(path) {
    if (!path.startsWith(join(root, "dist/src"))) return undefined;
    return { code: readFileSync(path, "utf8"), map: readFileSync(`${path}.map`, "utf8") };
  },
};

/**
 * Makes dist/bundle of the compiled daemon and what it is made with, so that a start reads a few
 * files and not two hundred. ssh2 stays out because of its native part; like execa it is loaded
 * when it is first used. In CommonJS, which Node starts faster than modules; not minified, so that
 * a stack in the log can be read. bin/sshrpc.js prefers it to dist/src unless that is newer.
 */
export async function bundle() {
  const build = await rolldown({
    cwd: root,
    input: {
      main: "dist/src/server/host/main.js",
      "decrypt-process": "dist/src/ssh/login/auth/decrypt-process.js",
      "decrypt-worker": "dist/src/ssh/login/auth/decrypt-worker.js",
    },
    platform: "node",
    external: ["ssh2", "execa", "ssh-config"],
    // One file for all that a start needs: what main shares with the handlers becomes part of it.
    preserveEntrySignatures: "allow-extension",
    plugins: [typescriptMaps],
  });
  rmSync(making, { recursive: true, force: true });
  await build.write({
    dir: making,
    format: "cjs",
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    sourcemap: true,
    comments: { annotation: false, jsdoc: false, legal: true },
  });
  writeFileSync(join(making, "package.json"), '{ "type": "commonjs" }\n');
  const texts = licences.map((path) => readFileSync(join(root, "node_modules", path), "utf8"));
  writeFileSync(join(making, "LICENSES"), texts.join("\n"));
  // In one go: half a bundle would be taken for a whole one.
  rmSync(folder, { recursive: true, force: true });
  renameSync(making, folder);
}
