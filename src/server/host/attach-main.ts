import { attach } from "./attach.ts";
import { readCommandLine } from "./cli.ts";
import { reported } from "./reported.ts";
import { sharedFolder } from "./shared-folder.ts";
import { version } from "./version.ts";

/**
 * The program as `sshrpc --attach`. It is started as often as scripts are that can't open a socket
 * themselves, and of all the rest it needs next to nothing: the bundle has it in a file of its own.
 *
 * @param root the package's folder
 */
export function main(root: string): Promise<void> {
  return reported(async () => {
    const cli = readCommandLine(process.argv.slice(2));
    if (cli.command === "attach") await attach(sharedFolder(), version(root), cli.clientProcessId);
  });
}
