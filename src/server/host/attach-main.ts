import { attach } from "./attach.ts";
import { reported } from "./reported.ts";
import { sharedFolder } from "./shared-folder.ts";
import { version } from "./version.ts";

/**
 * The program as `sshrpc --attach`, with no other option than `--clientProcessId`. It is started as
 * often as scripts are that can't open a socket themselves, and of all the rest it needs next to
 * nothing: the bundle has it in a file of its own, and bin/sshrpc.js has seen that it is meant.
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
