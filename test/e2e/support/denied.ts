import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Scope } from "../../fixtures/scope.ts";

/**
 * A folder in which no file may be made. Root may do that nearly everywhere, though not in sysfs;
 * the test is skipped, with a line that says so, where there is no such place for it.
 */
export function deniedFolder(context: Mocha.Context, scope: Scope): string {
  const isRoot = process.getuid?.() === 0;
  const folder = isRoot ? "/sys" : scope.tempDir();
  if (!isRoot) chmodSync(folder, 0o555);
  try {
    writeFileSync(join(folder, "sshrpc-probe"), "");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EACCES") return folder;
  }
  console.log(
    `skipped: ${context.test?.fullTitle() ?? "a test"}: needs to run as an ordinary user`,
  );
  return context.skip();
}
