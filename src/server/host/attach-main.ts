import { attach } from "./attach.ts";
import { readCommandLine } from "./cli.ts";
import { reported } from "./reported.ts";
import { sharedFolder } from "./shared-folder.ts";
import { version } from "./version.ts";

/**
 * The program as `sshrpc --attach`. A script that can't open a Unix socket itself starts it each time,
 * so it has to start fast: it imports little, and the bundle has it in a file of its own.
 *
 * @param root the package's folder
 */
export function main(root: string): Promise<void> {
  return reported(async () => {
    const cli = readCommandLine(process.argv.slice(2));
    if (cli.command === "attach") await attach(sharedFolder(), version(root), cli.clientProcessId);
  });
}
