import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { root, runPackage } from "./run.mjs";

const project = join(root, "clients/js/tsconfig.json");

/**
 * Makes the JavaScript client of what tsc compiled: one file in CommonJS, which Node starts faster
 * and every version can `require`, and a module in front of it, so that both ways of loading it give
 * the same classes and share one daemon. The module has it required, since Node 20 and 22 take 25 ms to
 * import a CommonJS file: they load a parser that looks for its names. Bundlers, which don't see what
 * is required so, get a module that imports it.
 *
 * @param folder where it goes
 * @param plugins for rolldown
 */
export async function bundleClient(folder, plugins) {
  const input = join(root, "dist/clients/js/index.js");
  const build = await rolldown({ cwd: root, input, platform: "node", plugins });
  const { output } = await build.write({
    file: join(folder, "index.js"),
    format: "cjs",
    sourcemap: true,
    comments: { annotation: false, jsdoc: false, legal: true },
  });
  const names = output[0].exports.toSorted().join(",\n  ");
  // By name: what a module takes for the names of a CommonJS file is guessed from its text.
  const named = `\nexport const {\n  ${names},\n} = client;\n`;
  const required =
    'import { createRequire } from "node:module";\n\n' +
    'const client = createRequire(import.meta.url)("./index.js");\n';
  writeFileSync(join(folder, "index.mjs"), required + named);
  writeFileSync(join(folder, "bundler.mjs"), `import client from "./index.js";\n${named}`);
  await writeTypes(folder);
}

/** The declarations beside it. Those of the files are CommonJS's, as the package.json above says. */
async function writeTypes(folder) {
  const made = join(folder, "types");
  const code = await runPackage("typescript/bin/tsc", ["-p", project, "--outDir", made]);
  if (code !== 0) throw new Error("the client's types could not be made");
  const sources = join(made, "clients/js");
  for (const name of readdirSync(sources, { recursive: true })) {
    if (!name.endsWith(".d.ts")) continue;
    const text = readFileSync(join(sources, name), "utf8");
    const target = join(folder, name);
    mkdirSync(join(target, ".."), { recursive: true });
    writeFileSync(target, text.replaceAll(/(["']\.[^"']*)\.ts(["'])/g, "$1.js$2"));
  }
  rmSync(made, { recursive: true });
  writeFileSync(join(folder, "index.d.mts"), 'export * from "./index.js";\n');
}
