import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { rolldown } from "rolldown";
import { bundleClient } from "./bundle-client.mjs";
import { BINDING, nativeSources } from "./native-sources.mjs";
import { notices } from "./notices.mjs";
import { root } from "./run.mjs";

const folder = join(root, "dist/bundle");
const making = join(root, "dist/bundle.new");

/** Has the bundle's source maps lead to the sources, and not to what tsc made of them. */
const typescriptMaps = {
  name: "typescript-maps",
  load(path) {
    if (!/^dist.(src|clients)\b/.test(relative(root, path))) return undefined;
    const code = readFileSync(path, "utf8").replace(requires, (found) =>
      found.startsWith("const") ? "" : "require",
    );
    return { code, map: readFileSync(`${path}.map`, "utf8") };
  },
};

/** How a module of ours loads one that is not to be hoisted; a bundler knows only `require`. */
const requires =
  /const require = createRequire\(import\.meta\.url\);|createRequire\(import\.meta\.url\)(?=\()/g;

/** What ssh2 looks for, and may do without. */
const optional = {
  name: "ssh2-optional",
  resolveId(name) {
    // Where bin/build-binding.js puts it.
    if (name.endsWith("/sshcrypto.node")) return { id: `./${BINDING}`, external: true };
    return name === "cpu-features" ? name : undefined;
  },
  load(id) {
    // It would only say in which order to offer ciphers, which ciphers.ts decides.
    return id === "cpu-features" ? "module.exports = () => undefined;" : undefined;
  },
};

/**
 * Makes dist/bundle of the compiled daemon and the packages that it imports, so that a start reads a
 * few files and not two hundred, and so that users install one package and not thirty. In CommonJS,
 * which Node starts faster than modules; not minified, so that a stack in the log can be read.
 * bin/sshrpc.js prefers it to dist/src unless that is newer.
 */
export async function bundle() {
  const build = await rolldown({
    cwd: root,
    input: {
      main: "dist/src/server/host/main.js",
      "loop-guard-worker": "dist/src/server/host/loop-guard-worker.js",
      "file-thread-worker": "dist/src/ssh/files/local/file-thread-worker.js",
      "decrypt-process": "dist/src/ssh/login/auth/decrypt-process.js",
      "decrypt-worker": "dist/src/ssh/login/auth/decrypt-worker.js",
    },
    platform: "node",
    // One file for all that a start needs: what main shares with the handlers becomes part of it.
    preserveEntrySignatures: "allow-extension",
    plugins: [typescriptMaps, optional],
  });
  rmSync(making, { recursive: true, force: true });
  const { output } = await build.write({
    dir: making,
    format: "cjs",
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js",
    sourcemap: true,
    comments: { annotation: false, jsdoc: false, legal: true },
  });
  await bundleAttach();
  // It would look for what isn't there where the package is installed.
  const missed = output.find(({ code }) => /\bcreateRequire\)?\(/.test(code ?? ""));
  if (missed) throw new Error(`${missed.fileName} loads modules in a way that can't be bundled`);
  writeFileSync(join(making, "package.json"), '{ "type": "commonjs" }\n');
  await bundleClient(join(making, "client"), [typescriptMaps]);
  const modules = output.flatMap((chunk) => chunk.moduleIds ?? []);
  const sources = nativeSources(making);
  writeFileSync(join(making, "THIRD-PARTY-NOTICES.txt"), notices([...modules, ...sources]));
  // In one go: half a bundle would be taken for a whole one.
  rmSync(folder, { recursive: true, force: true });
  renameSync(making, folder);
}

/** `sshrpc --attach` by itself: what it shared with the daemon, either would have to load. */
async function bundleAttach() {
  const build = await rolldown({
    cwd: root,
    input: { attach: "dist/src/server/host/attach-main.js" },
    platform: "node",
    plugins: [typescriptMaps],
  });
  await build.write({
    dir: making,
    format: "cjs",
    entryFileNames: "[name].js",
    chunkFileNames: "attach-[name].js",
    sourcemap: true,
    comments: { annotation: false, jsdoc: false, legal: true },
  });
}
