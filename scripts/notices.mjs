import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * The licences of the packages that these modules (by their paths) are from, which whoever hands the
 * bundle on has to hand on with it. Throws where a package has none that could be shown.
 */
export function notices(modules) {
  const folders = new Set(modules.map(packageFolder).filter((each) => each !== undefined));
  const texts = [...folders].map(notice).toSorted((a, b) => (a < b ? -1 : 1));
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** Of the innermost package; undefined for a module of our own. */
function packageFolder(path) {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(path)?.[0];
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e(\.(txt|md))?$/i.test(each));
  if (file === undefined) throw new Error(`${name} has no licence text to go with the bundle`);
  const text = readFileSync(join(folder, file), "utf8").trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
}
