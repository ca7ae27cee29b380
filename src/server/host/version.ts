import { readFileSync } from "node:fs";
import { join } from "node:path";

/** @param root the package's folder */
export function version(root: string): string {
  const manifest = readFileSync(join(root, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
