import { attach } from "./attach.ts";
import { reported } from "./reported.ts";
import { sharedFolder } from "./shared-folder.ts";
import { version } from "./version.ts";

/**
 * The program as `sshrpc --attach`, with no other option than `--clientProcessId`: bin/sshrpc.js has
 * seen to that. A script that can't open a Unix socket itself starts it each time, so it has to start
 * fast: it imports little, and the bundle has it in a file of its own.
 *
 * @param root the package's folder
 */
export function main(root: string): Promise<void> {
  const [, , , clientProcess] = process.argv;
  const id = clientProcess?.split("=", 2)[1];
  return reported(() =>
    attach(sharedFolder(), version(root), id === undefined ? undefined : Number(id)),
  );
}
